#include "topology/fabrics/fabric_keys.hpp"

#include <fmt/format.h>

#include <cmath>

namespace commsim {

std::int64_t read_count(ConfigReader& section, std::string_view key, std::int64_t most,
                        std::optional<std::int64_t> otherwise) {
  const auto count = section.whole(key, {.least = 1, .most = most});
  if (!count && otherwise) return *otherwise;
  return section.required(key, count, std::int64_t{1});
}

Oversubscription read_oversubscription(ConfigReader& section, std::string_view key) {
  constexpr double kMost = 1e6;
  const double ratio = section.number(key).value_or(1.0);
  if (!(ratio >= 1.0 && ratio <= kMost)) {
    section.error(key, fmt::format("{} is out of range; legal: 1 to 1000000", ratio));
    return {};
  }
  return {.millionths = std::llround(ratio * 1e6)};
}

std::int64_t read_servers_per_leaf(ConfigReader& section, const FabricShape& shape) {
  std::optional<std::int64_t> otherwise;
  if (shape.servers() == 1) otherwise = 1;
  return read_count(section, shape.bare ? "ranks_per_leaf" : "servers_per_leaf",
                    TopologyBuilder::kMostRanks, otherwise);
}

Duration read_fabric_latency(ConfigReader& section, const FabricShape& shape) {
  return section.duration("fabric_latency").value_or(shape.cable.latency);
}

void refuse_too_many_ports(ConfigReader& section, const FabricShape& shape, std::int64_t room) {
  if (shape.ports() <= room) return;
  section.error(
      shape.bare ? "ranks" : "fabric",
      fmt::format("{} ports are more than the fabric has; legal: up to {}", shape.ports(), room));
}

}  // namespace commsim
