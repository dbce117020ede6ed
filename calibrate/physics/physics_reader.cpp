#include "calibrate/physics/physics_reader.hpp"

#include <algorithm>
#include <optional>

namespace commsim::physics_reader {
namespace {

std::optional<double> time_of(ConfigReader& section, std::string_view key) {
  const auto time = section.duration(key);
  return time ? std::optional(seconds(*time)) : std::nullopt;
}
std::optional<double> bytes_of(ConfigReader& section, std::string_view key) {
  const auto bytes = section.bytes(key);
  return bytes ? std::optional(static_cast<double>(bytes->count())) : std::nullopt;
}
std::optional<double> rate_of(ConfigReader& section, std::string_view key) {
  const auto rate = section.bandwidth(key);
  return rate ? std::optional(rate->bytes_per_second()) : std::nullopt;
}
std::optional<double> number_of(ConfigReader& section, std::string_view key) {
  return section.number(key);
}

using Read = std::optional<double> (*)(ConfigReader&, std::string_view);

// {value: 1 us, least: 0.9 us, most: 1.1 us, determined: 0.9}; of a fixed one the value alone.
Estimate estimate(ConfigReader section, Read read) {
  Estimate estimate;
  estimate.value = section.required("value", read(section, "value"), 1.0);
  const auto least = read(section, "least");
  const auto most = read(section, "most");
  estimate.least = least.value_or(estimate.value);
  estimate.most = most.value_or(estimate.value);
  estimate.fixed = !least && !most;
  estimate.determined = section.number("determined").value_or(0);
  const bool ordered = estimate.least <= estimate.value && estimate.value <= estimate.most;
  if (!ordered) section.error("value", "a value lies between 'least' and 'most'");
  if (!(estimate.determined >= 0 && estimate.determined <= 1)) {
    section.error("determined", "expected a share from 0 to 1");
  }
  if (estimate.value < 0 || (!estimate.fixed && estimate.value == 0)) {
    section.error("value", "a fitted value is more than zero");
  }
  return estimate;
}

Estimate share(ConfigReader section) {
  Estimate found = estimate(section, number_of);
  found.ceiling = 1;
  if (found.value == 0 || found.value > 1) {
    section.error("value", "a share is more than 0 and at most 1");
  }
  return found;
}

LinkPhysics link(const std::string& medium, ConfigReader section) {
  return {.medium = medium,
          .latency = estimate(section.section("latency"), time_of),
          .efficiency = share(section.section("efficiency")),
          .reference = time_of(section, "reference").value_or(0)};
}

// The names of a map's entries; an error if it is none or empty.
std::vector<std::string> names_in(ConfigReader& section, std::string_view key) {
  std::vector<std::string> names;
  const ConfigNode* node = section.raw(key);
  if (node != nullptr && node->kind == ConfigNode::Kind::kMap) {
    for (const auto& [name, value] : node->map) names.push_back(name);
  }
  if (names.empty()) section.error(key, "expected a map of one entry or more");
  return names;
}

ProtocolPhysics protocol(const std::string& name, ConfigReader section) {
  ProtocolPhysics protocol{.name = name,
                           .in_switch = section.word("adds", {"ranks", "switches"}) == "switches",
                           .start = estimate(section.section("start"), time_of),
                           .piece = estimate(section.section("piece"), bytes_of),
                           .links = {},
                           .like = section.text("like").value_or("")};
  const std::vector<std::string> media = names_in(section, "links");
  ConfigReader links = section.section("links");
  for (const std::string& medium : media) {
    protocol.links.push_back(link(medium, links.section(medium)));
  }
  if (protocol.piece.value < 1) section.error("piece", "a piece has a byte or more");
  return protocol;
}

}  // namespace
}  // namespace commsim::physics_reader

namespace commsim {

Physics read_physics(ConfigReader section) {
  using namespace physics_reader;
  Physics physics{.launch = estimate(section.section("launch"), time_of),
                  .copy = estimate(section.section("copy"), rate_of),
                  .tree = share(section.section("tree")),
                  .protocols = {}};
  const std::vector<std::string> names = names_in(section, "protocols");
  ConfigReader protocols = section.section("protocols");
  for (const std::string& name : names) {
    physics.protocols.push_back(protocol(name, protocols.section(name)));
  }
  for (const ProtocolPhysics& one : physics.protocols) {
    const auto is_like = [&](const ProtocolPhysics& other) { return other.name == one.like; };
    const auto base = std::ranges::find_if(physics.protocols, is_like);
    if (one.like.empty() || (base != physics.protocols.end() && base->like.empty())) continue;
    ConfigReader place = protocols.section(one.name);
    place.error("like", "expected the name of a protocol that is like no other");
  }
  return physics;
}

}  // namespace commsim
