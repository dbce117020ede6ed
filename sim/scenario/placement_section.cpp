#include "sim/scenario/placement_section.hpp"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>

#include "sim/workload/rank_order.hpp"

namespace commsim {
namespace {

using Devices = std::vector<DeviceId>;

// The GPUs that a list names; what is wrong with it is reported.
Devices named(ConfigReader& section, const ConfigNode& list, const Topology& topology) {
  Devices order;
  if (list.kind != ConfigNode::Kind::kSequence || list.items.empty()) {
    section.error("gpus", "expected a list of the names of GPUs, such as [gpu0, gpu1]");
    return order;
  }
  std::unordered_map<std::string_view, DeviceId> gpus;
  for (const DeviceId gpu : topology.gpus()) gpus.emplace(topology.device(gpu).name, gpu);
  for (const ConfigNode& item : list.items) {
    const auto place = gpus.find(item.scalar);
    if (item.kind != ConfigNode::Kind::kScalar || place == gpus.end()) {
      section.error_at(item, "gpus",
                       fmt::format("there is no GPU '{}' that is still free; the first is '{}'",
                                   item.scalar, topology.device(topology.gpus().front()).name));
      return order;
    }
    order.push_back(place->second);
    gpus.erase(place);
  }
  return order;
}

void place_by_map(ConfigReader& section, Topology& topology) {
  const ConfigNode* list = section.raw("gpus");
  std::optional<Devices> order;
  if (list != nullptr) {
    if (section.raw("order") != nullptr) section.error("order", "either 'order' or 'gpus' says it");
    order = named(section, *list, topology);
  } else {
    const std::string word = section.word("order", rank_orders()).value_or("packed");
    const auto seed = word == "random" ? section.whole("seed", {.least = 0}) : std::nullopt;
    order = section.checked("order", [&] {
      return gpus_in_order(topology, word, static_cast<std::uint64_t>(seed.value_or(1)));
    });
  }
  if (section.failed() || !order) return;
  const auto all = static_cast<std::int64_t>(order->size());
  const std::int64_t ranks = section.whole("ranks", {.least = 1, .most = all}).value_or(all);
  if (section.failed()) return;
  order->resize(static_cast<std::size_t>(ranks));
  topology.place(*std::move(order));
}

}  // namespace

bool place_ranks(ConfigReader& root, Topology& topology) {
  const ConfigNode* node = root.raw("placement");
  if (node == nullptr) return true;
  if (node->kind == ConfigNode::Kind::kMap) {
    ConfigReader section = root.section("placement");
    place_by_map(section, topology);
    return !section.failed();
  }
  const auto word = root.word("placement", rank_orders());
  if (!word) return false;
  constexpr std::uint64_t kSeed = 1;
  auto order = root.checked("placement", [&] { return gpus_in_order(topology, *word, kSeed); });
  if (!order) return false;
  topology.place(*std::move(order));
  return true;
}

}  // namespace commsim
