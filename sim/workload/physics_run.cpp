#include "sim/workload/physics_run.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/seconds.hpp"
#include "sim/workload/folding.hpp"
#include "sim/workload/program_run.hpp"

namespace commsim::physics_run {
namespace {

constexpr std::string_view kNvlink = "nvlink";
constexpr std::string_view kPcie = "pcie";
constexpr std::string_view kNetwork = "network";

// Whether PCIe may limit what a GPU sends, rather than NVLink and the NICs behind it.
bool pcie_limits(const Topology& topology) {
  std::optional<Bandwidth> pcie;
  std::optional<Bandwidth> network;
  const bool nvlink = std::ranges::find(topology.media(), kNvlink) != topology.media().end();
  for (const Link& link : topology.links()) {
    const std::string& medium = topology.media()[link.medium];
    if (medium == kPcie) pcie = std::min(pcie.value_or(link.bandwidth), link.bandwidth);
    if (medium == kNetwork) network = std::max(network.value_or(link.bandwidth), link.bandwidth);
  }
  return pcie && (!nvlink || !network || *pcie < *network);
}

}  // namespace
}  // namespace commsim::physics_run

namespace commsim {

using namespace physics_run;

PhysicsRuns::PhysicsRuns(const CollectiveRun& run, const Physics& physics, const std::string& only)
    : run_(run), pcie_limits_(pcie_limits(run.cluster->topology)) {
  CollectiveCall call = run.call;
  call.layout = run.cluster->layout;
  ways_ = physics_ways(call, physics, only);
  if (ways_.empty()) {
    throw RequestError("the physics of the profile knows no schedule for " +
                       std::string(collective(run.call.kind).name) + " on this topology" +
                       (only.empty() ? "" : " by '" + only + "'"));
  }
}

Topology PhysicsRuns::links_of(const Physics& physics, std::size_t way, bool with_latency) const {
  return physics_links(run_.cluster->topology, physics, ways_[way], with_latency, *run_.routing);
}

CollectiveCall PhysicsRuns::call_of(const Physics& physics, Bytes size, std::size_t way) const {
  CollectiveCall call = run_.call;
  call.layout = run_.cluster->layout;
  call.size = size;
  return physics_call(std::move(call), physics, ways_[way]);
}

Duration PhysicsRuns::overhead(const Physics& physics, Bytes size, std::size_t way) const {
  CollectiveCall call = run_.call;
  call.layout = run_.cluster->layout;
  call.size = size;
  return physics_overhead(call, physics, ways_[way]);
}

Duration PhysicsRuns::simulated(const Topology& topology, const CollectiveCall& call,
                                std::size_t way) const {
  const auto program = find_algorithm(call.kind, ways_[way].algorithm).make(call);
  const SimulationInput input = simulation_input(run_, topology, *program, Watch::kNothing);
  FoldMemo memo;
  return simulate_folded(*run_.network, input, memo).time;
}

Duration PhysicsRuns::time(const Physics& physics, Bytes size, std::size_t way) const {
  return overhead(physics, size, way) + latency(physics, way) + transfer(physics, size, way);
}

Duration PhysicsRuns::latency(const Physics& physics, std::size_t way) const {
  CollectiveCall call = run_.call;
  call.layout = run_.cluster->layout;
  call.size = Bytes{0};
  for (auto& row : call.matrix) std::ranges::fill(row, Bytes{0});
  return simulated(links_of(physics, way, true), call, way);
}

Duration PhysicsRuns::transfer(const Physics& physics, Bytes size, std::size_t way) const {
  const Topology topology = links_of(physics, way, false);
  return physics_transfer(call_of(physics, size, way), ways_[way], [&](const CollectiveCall& call) {
    return simulated(topology, call, way);
  });
}

PhysicsTime PhysicsRuns::fastest(const Physics& physics, Bytes size) const {
  std::vector<std::pair<double, std::size_t>> order;
  order.reserve(ways_.size());
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    order.emplace_back(least_seconds(physics, size, way), way);
  }
  std::ranges::sort(order);
  std::optional<PhysicsTime> best;
  for (const auto& [least, way] : order) {
    if (best && least >= seconds(best->time)) break;
    const Duration taken = time(physics, size, way);
    if (!best || taken < best->time) best = {.time = taken, .way = way};
  }
  return *best;
}

double PhysicsRuns::least_seconds(const Physics& physics, Bytes size, std::size_t way) const {
  const ProtocolPhysics& protocol = physics.protocols[ways_[way].protocol];
  double efficiency = 0;
  for (const std::string& medium : run_.cluster->topology.media()) {
    const LinkPhysics* link = physics.links(ways_[way].protocol, medium);
    if (medium == kPcie && !pcie_limits_) continue;
    efficiency = std::max(efficiency, link == nullptr ? 1 : link->efficiency.value);
  }
  const Duration bound =
      lower_bound(*run_.cluster, call_of(physics, size, way), protocol.in_switch).bandwidth;
  return seconds(overhead(physics, size, way)) + seconds(bound) / efficiency;
}

Cluster PhysicsRuns::cluster_for(const Physics& physics, std::size_t way) const {
  return make_cluster(links_of(physics, way, true));
}

CollectiveRun PhysicsRuns::run_on(const Cluster& cluster, const Physics& physics, Bytes size,
                                  std::size_t way) const {
  CollectiveRun run = run_;
  run.cluster = &cluster;
  run.call = call_of(physics, size, way);
  run.call.layout = {};
  run.algorithm = &find_algorithm(run.call.kind, ways_[way].algorithm);
  return run;
}

}  // namespace commsim
