#include "sim/workload/step/group_prices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "collectives/call_options.hpp"
#include "core/error.hpp"
#include "sim/workload/program_run.hpp"

namespace commsim::group_prices {
namespace {

GroupPrice simulated(const CollectiveRun& network, const GroupCall& call,
                     const Algorithm& algorithm) {
  const auto program = group_program(network, call, first_call(network, call), algorithm);
  return group_price(network.cluster->topology, simulate_program(network, *program, Watch::kLinks),
                     std::string(algorithm.name.substr(algorithm.name.find('/') + 1)));
}

// Those that the field uses; others must be asked for by name.
constexpr std::array<std::string_view, 8> kCandidates = {"ring",
                                                         "hierarchical",
                                                         "double_binary_tree",
                                                         "halving_doubling",
                                                         "recursive_doubling",
                                                         "direct",
                                                         "pairwise",
                                                         "one_shot"};

GroupPrice fastest(const CollectiveRun& network, const GroupCall& call) {
  std::optional<GroupPrice> best;
  for (const std::string& name : algorithm_names(call.kind)) {
    if (std::find(kCandidates.begin(), kCandidates.end(), name) == kCandidates.end()) continue;
    try {
      GroupPrice price = simulated(network, call, find_algorithm(call.kind, name));
      if (!best || price.time < best->time) best = std::move(price);
    } catch (const RequestError&) {
      continue;  // not for such groups
    }
  }
  if (!best) {
    throw RequestError(fmt::format("no algorithm of {} can do groups of {} ranks",
                                   collective(call.kind).name, call.groups->groups[0].size()));
  }
  return *std::move(best);
}

}  // namespace
}  // namespace commsim::group_prices

namespace commsim {

GroupPrices::NetworkKey GroupPrices::key_of(const CollectiveRun& network) {
  return {network.cluster,   network.network, network.routing,      network.connections,
          network.switching, network.seed,    network.static_routes};
}

GroupPhysics& GroupPrices::physics(const CollectiveRun& network, const Physics& physics) {
  const std::lock_guard lock(mutex_);
  auto& known = physics_[{key_of(network), &physics}];
  if (known == nullptr) known = std::make_unique<GroupPhysics>(network, physics);
  return *known;
}

const GroupPrice& GroupPrices::price(const CollectiveRun& network, const GroupCall& call) {
  const Key key{key_of(network),      call.groups->hash, call.kind,
                call.size.count(),    call.algorithm,    call.compression,
                call.element.count(), call.physics};
  {
    const std::lock_guard lock(mutex_);
    const auto place = known_.find(key);
    if (place != known_.end()) return place->second;
  }
  GroupPrice price =
      call.algorithm == kByPhysics ? physics(network, *call.physics).price(call)
      : call.algorithm == "auto"
          ? group_prices::fastest(network, call)
          : group_prices::simulated(network, call, find_algorithm(call.kind, call.algorithm));
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(key, std::move(price)).first->second;
}

}  // namespace commsim
