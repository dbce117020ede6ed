#include "sim/workload/physics_run.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/seconds.hpp"
#include "sim/workload/folding.hpp"
#include "topology/changed_links.hpp"

namespace commsim::physics_run {
namespace {

constexpr std::string_view kRing = "ring";
constexpr std::string_view kTree = "double_binary_tree";
constexpr std::string_view kSwitch = "nvls";
constexpr std::string_view kNvlink = "nvlink";
constexpr std::string_view kPcie = "pcie";
constexpr std::string_view kNetwork = "network";

std::vector<std::string> algorithms_of(CollectiveKind kind, bool in_switch, int servers) {
  switch (kind) {
    case CollectiveKind::kAllReduce:
      if (in_switch) return {std::string(kSwitch)};
      if (servers > 1) return {std::string(kRing), std::string(kTree)};
      return {std::string(kRing)};
    case CollectiveKind::kAllGather:
    case CollectiveKind::kReduceScatter:
      if (!in_switch) return {std::string(kRing)};
      if (servers == 1) return {std::string(kSwitch)};
      return {};
    case CollectiveKind::kBroadcast:
    case CollectiveKind::kReduce:
      if (in_switch) return {};
      return {"chain"};
    case CollectiveKind::kBarrier:
      throw RequestError("a barrier has no protocol that could be fitted");
    default:
      if (in_switch) return {};
      return {"direct"};
  }
}

bool can(const CollectiveRun& run, CollectiveCall call, std::string_view algorithm) {
  constexpr Rank kLeastForSwitch = 3;
  call.layout = run.cluster->layout;
  if (algorithm == kSwitch && call.layout.ranks() < kLeastForSwitch) return false;
  try {
    find_algorithm(call.kind, algorithm).make(call);
    return true;
  } catch (const RequestError&) {
    return false;
  }
}

// How many pieces are under way at once when all links are busy.
int stages(const RankLayout& layout, std::string_view algorithm) {
  const int between = 2 * ceil_lg(static_cast<Rank>(layout.servers.size()));
  if (algorithm == kSwitch) return 2 + between;
  if (algorithm == kTree) return 2 * (largest_server(layout) - 1) + between;
  return layout.ranks() - 1;
}

constexpr std::string_view kLowestLatency = "lowest_latency";
constexpr std::int64_t kNegligible = 1000;
bool pipelined(std::string_view algorithm) { return algorithm != kRing && algorithm != "direct"; }

// Each tree of a channel has half of its share of the data.
int trees(const CollectiveCall& call, std::string_view algorithm) {
  return algorithm == kTree ? 2 * channels_of(call, kMostChannels, "") : 1;
}

// A pipeline that has been full so many times takes as long for every further piece.
constexpr std::int64_t kFullPipelines = 2;

Bytes rounded_up(double bytes, Bytes element) {
  const auto whole = static_cast<std::int64_t>(std::ceil(bytes));
  return Bytes{(std::max<std::int64_t>(whole, 1) + element.count() - 1) / element.count() *
               element.count()};
}

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

Bandwidth scaled(Bandwidth bandwidth, double share) {
  return Bandwidth::bits_per_second(std::max<std::int64_t>(
      1, std::llround(static_cast<double>(bandwidth.bits_per_second()) * share)));
}

}  // namespace
}  // namespace commsim::physics_run

namespace commsim {

using namespace physics_run;

PhysicsRuns::PhysicsRuns(const CollectiveRun& run, const Physics& physics, const std::string& only)
    : run_(run), pcie_limits_(pcie_limits(run.cluster->topology)) {
  const auto servers = static_cast<int>(run.cluster->layout.servers.size());
  for (std::size_t protocol = 0; protocol < physics.protocols.size(); ++protocol) {
    for (const std::string& algorithm :
         algorithms_of(run.call.kind, physics.protocols[protocol].in_switch, servers)) {
      if (!only.empty() && algorithm != only) continue;
      if (can(run, run.call, algorithm)) ways_.push_back({protocol, algorithm});
    }
  }
  if (ways_.empty()) {
    throw RequestError("the physics of the profile knows no schedule for " +
                       std::string(collective(run.call.kind).name) + " on this topology" +
                       (only.empty() ? "" : " by '" + only + "'"));
  }
}

Topology PhysicsRuns::links_of(const Physics& physics, std::size_t way, bool with_latency) const {
  const double share = ways_[way].algorithm == kTree ? physics.tree.value : 1;
  // Routes must be the same, whether latencies count or not.
  const bool by_latency = run_.routing->name == kLowestLatency;
  return with_changed_links(run_.cluster->topology, [&](LinkSpec& spec, std::string_view medium) {
    if (const LinkPhysics* link = physics.links(ways_[way].protocol, medium)) {
      spec.bandwidth = scaled(spec.bandwidth, link->efficiency.value * share);
      const double latency = link->latency.value + seconds(spec.latency) - link->reference;
      spec.latency = latency > 0 ? duration_of(latency) : Duration{0};
    }
    if (!with_latency) spec.latency = by_latency ? spec.latency / kNegligible : Duration{0};
  });
}

CollectiveCall PhysicsRuns::call_of(const Physics& physics, Bytes size, std::size_t way) const {
  CollectiveCall call = run_.call;
  call.layout = run_.cluster->layout;
  call.size = rounded_up(static_cast<double>(size.count()), call.element);
  const std::string& algorithm = ways_[way].algorithm;
  if (!pipelined(algorithm)) return call;
  const auto bytes = static_cast<double>(call.size.count());
  const ProtocolPhysics& protocol = physics.protocols[ways_[way].protocol];
  const double pieces = std::max(1.0, bytes / protocol.piece.value) +
                        (protocol.in_switch ? stages(call.layout, algorithm) : 0);
  call.chunk = rounded_up(bytes / trees(call, algorithm) / pieces, call.element);
  return call;
}

Duration PhysicsRuns::overhead(const Physics& physics, Bytes size, std::size_t way) const {
  const PhysicsWay& taken = ways_[way];
  double seconds = physics.launch.value + physics.protocols[taken.protocol].start.value;
  if (taken.algorithm == kRing) {
    seconds += static_cast<double>(size.count()) /
               static_cast<double>(run_.cluster->layout.ranks()) / physics.copy.value;
  }
  return duration_of(seconds);
}

Duration PhysicsRuns::simulated(const Topology& topology, const CollectiveCall& call,
                                std::size_t way) const {
  const auto program = find_algorithm(call.kind, ways_[way].algorithm).make(call);
  const SimulationInput input{.topology = topology,
                              .program = *program,
                              .routing = *run_.routing,
                              .seed = run_.seed,
                              .switching = run_.switching,
                              .watch = Watch::kNothing,
                              .endpoints = run_.cluster->endpoints,
                              .connections = run_.connections,
                              .static_routes = run_.static_routes,
                              .limits = run_.limits};
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
  CollectiveCall call = call_of(physics, size, way);
  if (!call.chunk) return simulated(topology, call, way);
  const std::string& algorithm = ways_[way].algorithm;
  const Bytes piece = *call.chunk * trees(call, algorithm);
  const std::int64_t full = kFullPipelines * (stages(call.layout, algorithm) + 1);
  const std::int64_t pieces = (call.size.count() - 1) / piece.count() + 1;
  if (pieces <= 2 * full) return simulated(topology, call, way);
  const double left = static_cast<double>(call.size.count()) / static_cast<double>(piece.count()) -
                      static_cast<double>(2 * full);
  call.size = piece * full;
  const Duration once = simulated(topology, call, way);
  call.size = piece * (2 * full);
  const Duration twice = simulated(topology, call, way);
  return twice + duration_of(seconds(twice - once) / static_cast<double>(full) * left);
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
  CollectiveCall call = run_.call;
  call.layout = run_.cluster->layout;
  call.size = rounded_up(static_cast<double>(size.count()), call.element);
  const Duration bound = lower_bound(*run_.cluster, call, protocol.in_switch).bandwidth;
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
