#include "sim/workload/step/group_physics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "collectives/call_options.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/seconds.hpp"
#include "sim/workload/folding.hpp"
#include "sim/workload/program_run.hpp"
#include "topology/changed_links.hpp"

namespace commsim {

GroupPrice GroupPhysics::price(const GroupCall& groups) {
  const CollectiveCall call = first_call(network_, groups);
  // Of schedules, with all of the bandwidth and no latency.
  std::map<std::string, GroupPrice> at_full_rate;
  const auto full = [&](const std::string& algorithm) -> const GroupPrice& {
    const auto [place, fresh] = at_full_rate.try_emplace(algorithm);
    if (!fresh) return place->second;
    Links& all = full_rate();
    CollectiveCall whole = call;
    // Else its own pipeline, of many pieces.
    if (algorithm == kPhysicsTree) whole.chunk = call.size;
    const auto outcome = simulated(groups, whole, algorithm, all, Watch::kLinks);
    return place->second = group_price(all.topology, outcome, algorithm);
  };
  std::vector<Candidate> candidates;
  for (const PhysicsWay& way : physics_ways(call, *physics_)) {
    Candidate one{.way = way, .fixed = physics_overhead(call, *physics_, way)};
    // Codecs make less of the bytes, in a time and in pieces of their own; pipelines are faster
    // than their schedule in one piece.
    const bool encoded = groups.compression != nullptr;
    if (!encoded) one.fixed += latency(groups, call, way);
    if (!encoded && way.algorithm == kPhysicsTree) {
      one.least_transfer = least_between_servers(groups, call, way);
    } else if (!encoded && !physics_call(call, *physics_, way).chunk) {
      one.least_transfer = seconds(full(way.algorithm).time) * least_part(way);
    }
    candidates.push_back(std::move(one));
  }
  std::ranges::sort(candidates, {}, [](const Candidate& one) { return one.least(); });
  std::optional<std::pair<Duration, PhysicsWay>> best;
  for (const Candidate& one : candidates) {
    if (best && one.least() >= seconds(best->first)) break;
    const Duration taken = one.fixed + transfer(groups, call, one.way);
    if (!best || taken < best->first) best = {taken, one.way};
  }
  if (!best) {
    throw RequestError(
        fmt::format("the physics of the profile knows no schedule for {} of {} "
                    "ranks on this topology",
                    collective(call.kind).name, call.layout.ranks()));
  }
  const auto& [time, way] = *best;
  GroupPrice price = full(way.algorithm);
  price.time = time;
  price.algorithm =
      fmt::format("{}: {} {}", kByPhysics, way.algorithm, physics_->protocols[way.protocol].name);
  return price;
}

// What the best links of a protocol make of a time at full rate.
double GroupPhysics::least_part(const PhysicsWay& way) const {
  double share = 0;
  for (const std::string& medium : network_.cluster->topology.media()) {
    const LinkPhysics* link = physics_->links(way.protocol, medium);
    share = std::max(share, link == nullptr ? 1 : link->efficiency.value);
  }
  constexpr double kRounding = 1 - 1e-6;
  return kRounding / share;
}

// Sums among m servers, whoever makes them, take 2 (m - 1) vectors on the way between servers.
double GroupPhysics::least_between_servers(const GroupCall& groups, const CollectiveCall& call,
                                           const PhysicsWay& way) const {
  const Topology& topology = network_.cluster->topology;
  std::set<std::int32_t> all;
  std::int64_t vectors = 0;
  for (const auto& members : groups.groups->groups) {
    std::set<std::int32_t> own;
    for (const Rank rank : members) {
      own.insert(topology.device(network_.cluster->endpoints[index(rank)]).server);
    }
    vectors += 2 * (std::ssize(own) - 1);
    all.merge(own);
  }
  double rate = 0;
  for (const Link& link : topology.links()) {
    const std::int32_t server = topology.device(link.from).server;
    if (!all.contains(server) || topology.device(link.to).server == server) continue;
    const LinkPhysics* known = physics_->links(way.protocol, topology.media()[link.medium]);
    const double share = known == nullptr ? 1 : known->efficiency.value * physics_->tree.value;
    rate += share * link.bandwidth.bytes_per_second();
  }
  if (rate == 0) return 0;
  return static_cast<double>(vectors) * static_cast<double>(call.size.count()) / rate;
}

Duration GroupPhysics::latency(const GroupCall& groups, CollectiveCall call,
                               const PhysicsWay& way) {
  const LatencyKey key{groups.groups->hash, call.kind, way.protocol, way.algorithm};
  {
    const std::lock_guard lock(mutex_);
    const auto known = latencies_.find(key);
    if (known != latencies_.end()) return known->second;
  }
  call.size = Bytes{0};
  const Duration found =
      simulated(groups, call, way.algorithm, links(way, true), Watch::kNothing).time;
  const std::lock_guard lock(mutex_);
  return latencies_.try_emplace(key, found).first->second;
}

Duration GroupPhysics::transfer(const GroupCall& groups, const CollectiveCall& call,
                                const PhysicsWay& way) {
  if (groups.compression != nullptr) {
    return simulated(groups, call, way.algorithm, links(way, true), Watch::kNothing).time;
  }
  Links& bare = links(way, false);
  return physics_transfer(
      physics_call(call, *physics_, way), way, [&](const CollectiveCall& piece) {
        return simulated(groups, piece, way.algorithm, bare, Watch::kNothing).time;
      });
}

GroupPhysics::Links& GroupPhysics::links(const PhysicsWay& way, bool with_latency) {
  const LinksKey key{way.protocol, way.algorithm == kPhysicsTree, with_latency};
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Links>& known = links_[key];
  if (known == nullptr) {
    known = std::make_unique<Links>(
        physics_links(network_.cluster->topology, *physics_, way, with_latency, *network_.routing));
  }
  return *known;
}

GroupPhysics::Links& GroupPhysics::full_rate() {
  const std::lock_guard lock(mutex_);
  if (full_rate_ == nullptr) {
    full_rate_ =
        std::make_unique<Links>(without_latency(network_.cluster->topology, *network_.routing));
  }
  return *full_rate_;
}

SimulationOutcome GroupPhysics::simulated(const GroupCall& groups, const CollectiveCall& call,
                                          const std::string& algorithm, Links& links,
                                          Watch watch) const {
  const auto program = group_program(network_, groups, call, find_algorithm(call.kind, algorithm));
  const SimulationInput input = simulation_input(network_, links.topology, *program, watch);
  return simulate_folded(*network_.network, input, links.folds);
}

}  // namespace commsim
