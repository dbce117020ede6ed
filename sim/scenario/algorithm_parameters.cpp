#include "sim/scenario/algorithm_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectives/block_matrix.hpp"
#include "sim/scenario/traffic_matrix.hpp"

namespace commsim {
namespace {

constexpr std::int64_t kMostChannels = 64;  // NCCL's MAXCHANNELS

void read_chunk(ConfigReader& section, CollectiveCall& call) {
  call.chunk = section.bytes("chunk");
  if (call.chunk && call.chunk <= Bytes{0}) section.error("chunk", "a chunk has a byte or more");
}

void read_channels(ConfigReader& section, CollectiveCall& call) {
  const auto channels = section.whole("channels", {.least = 1, .most = kMostChannels});
  if (channels) call.channels = static_cast<int>(*channels);
}

void read_root(ConfigReader& section, CollectiveCall& call) {
  const auto root = section.whole("root", {.least = 0, .most = INT32_MAX});
  call.root = static_cast<Rank>(root.value_or(0));
}

// A list that is content and no sweep; `parse` throws RequestError.
template <typename Value, typename Parse>
std::vector<Value> content(ConfigReader& section, std::string_view key, const ConfigNode& list,
                           std::string_view expected, Parse parse) {
  std::vector<Value> values;
  if (list.kind != ConfigNode::Kind::kSequence || list.items.empty()) {
    section.error_at(list, key, fmt::format("expected a list of {}", expected));
    return values;
  }
  for (const ConfigNode& item : list.items) {
    try {
      if (item.kind != ConfigNode::Kind::kScalar) {
        throw RequestError(fmt::format("expected one of the {}", expected));
      }
      values.push_back(parse(item.scalar));
    } catch (const RequestError& refusal) {
      section.error_at(item, key, refusal.what());
      return {};
    }
  }
  return values;
}

std::vector<int> read_wholes(ConfigReader& section, std::string_view key) {
  const ConfigNode* list = section.raw(key);
  if (list == nullptr) return {};
  return content<int>(
      section, key, *list, "whole numbers, such as [4, 2]", [](std::string_view text) {
        const std::int64_t value = parse_whole(text);
        if (value < 1 || value > INT32_MAX) {
          throw RequestError(fmt::format("{} is out of range; legal: 1 to {}", value, INT32_MAX));
        }
        return static_cast<int>(value);
      });
}

void read_matrix(ConfigReader& section, CollectiveCall& call) {
  call.matrix = read_traffic_matrix(section);
  if (!call.matrix.empty()) call.size = matrix_size(call.matrix);
}

void read_schedule(ConfigReader& section, CollectiveCall& call) {
  auto file = section.file("schedule");
  if (file) call.schedule = {.name = std::move(file->name), .text = std::move(file->text)};
  if (!file) section.missing("schedule");
}

struct Parameter {
  std::string_view name;
  void (*read)(ConfigReader& section, CollectiveCall& call);
};

constexpr std::array kParameters{
    Parameter{"chunk", read_chunk},
    Parameter{"channels", read_channels},
    Parameter{"inner", [](ConfigReader& s, CollectiveCall& call) { call.inner = s.text("inner"); }},
    Parameter{"outer", [](ConfigReader& s, CollectiveCall& call) { call.outer = s.text("outer"); }},
    Parameter{"pattern",
              [](ConfigReader& s, CollectiveCall& call) { call.pattern = s.text("pattern"); }},
    Parameter{"root", read_root},
    Parameter{"order",
              [](ConfigReader& s, CollectiveCall& call) {
                call.order = s.word("order", {"topology", "plain"});
              }},
    Parameter{"sides",
              [](ConfigReader& s, CollectiveCall& call) { call.sides = read_wholes(s, "sides"); }},
    Parameter{"levels", [](ConfigReader& s,
                           CollectiveCall& call) { call.levels = read_wholes(s, "levels"); }},
    Parameter{"servers",
              [](ConfigReader& s, CollectiveCall& call) {
                call.servers = s.word("servers", {"colocated", "separate"});
              }},
    Parameter{"matrix", read_matrix},
    Parameter{"schedule", read_schedule},
};

}  // namespace

void read_parameters(ConfigReader& section, std::span<const std::string_view> names,
                     CollectiveCall& call) {
  for (const std::string_view name : names) {
    const auto* const place = std::ranges::find(kParameters, name, &Parameter::name);
    ensure(place != kParameters.end(), "every parameter of an algorithm can be read");
    place->read(section, call);
  }
}

void know_all_parameters(ConfigReader& section) {
  for (const Parameter& parameter : kParameters) section.raw(parameter.name);
}

}  // namespace commsim
