#include "sim/workload/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "sim/workload/algorithm_choice.hpp"
#include "sim/workload/call_parameters.hpp"
#include "sim/workload/rank_order.hpp"
#include "topology/changed_links.hpp"

namespace commsim {
namespace {

constexpr std::int64_t kTenth = 10;

Duration time_on(const CollectiveRun& run, Topology topology) {
  const Cluster cluster = make_cluster(std::move(topology));
  CollectiveRun changed = run;
  changed.cluster = &cluster;
  return run_collective(changed).time;
}

}  // namespace

std::vector<Alternative> better_links(const Topology& topology,
                                      const std::function<Duration(Topology)>& time_on) {
  std::vector<Alternative> alternatives;
  for (const std::string& name : topology.media()) {
    const auto with = [&](void (*change)(LinkSpec&)) {
      return time_on(with_changed_links(topology, [&](LinkSpec& spec, std::string_view medium) {
        if (medium == name) change(spec);
      }));
    };
    alternatives.push_back({.change = fmt::format("{}: bandwidth + 10 %", name),
                            .time = with([](LinkSpec& spec) {
                              const auto bits = spec.bandwidth.bits_per_second();
                              spec.bandwidth = Bandwidth::bits_per_second(
                                  bits + std::max<std::int64_t>(1, bits / kTenth));
                            })});
    alternatives.push_back(
        {.change = fmt::format("{}: latency - 10 %", name),
         .time = with([](LinkSpec& spec) { spec.latency -= spec.latency / kTenth; })});
  }
  return alternatives;
}

std::vector<Alternative> better_links(const CollectiveRun& run) {
  return better_links(run.cluster->topology,
                      [&](Topology topology) { return time_on(run, std::move(topology)); });
}

std::vector<Alternative> other_routes(const CollectiveRun& run) {
  std::vector<Alternative> alternatives;
  for (const RoutingPolicy* policy : Registry<RoutingPolicy>::entries()) {
    if (policy == run.routing) continue;
    if (policy->tabular && run.static_routes == nullptr) continue;
    CollectiveRun other = run;
    other.routing = policy;
    other.connections = 1;
    try {
      alternatives.push_back(
          {.change = std::string(policy->name), .time = run_collective(other).time});
    } catch (const RequestError&) {
      continue;  // not under this network model, or too many routes
    }
  }
  return alternatives;
}

std::vector<Alternative> other_algorithms(const CollectiveRun& run) {
  std::vector<Alternative> alternatives;
  for (const std::string& name : candidates(run.call.kind, false)) {
    CollectiveRun other = run;
    other.algorithm = &find_algorithm(run.call.kind, name);
    if (other.algorithm == run.algorithm) continue;
    try {
      other.call = call_for(*other.algorithm, default_call(run.call));
      alternatives.push_back({.change = name, .time = run_collective(other).time});
    } catch (const RequestError&) {
      continue;  // not for this cluster
    }
  }
  std::ranges::stable_sort(alternatives, {}, &Alternative::time);
  return alternatives;
}

std::vector<Alternative> other_ring_orders(const CollectiveRun& run) {
  if (std::ranges::count(run.algorithm->parameters, "order") == 0) return {};
  CollectiveRun other = run;
  other.call.order = run.call.order.value_or("topology") == "plain" ? "topology" : "plain";
  try {
    return {{.change = *other.call.order + " order", .time = run_collective(other).time}};
  } catch (const RequestError&) {
    return {};  // not with so many channels
  }
}

std::vector<Alternative> other_placements(const CollectiveRun& run) {
  constexpr std::uint64_t kSeed = 1;
  const Topology& topology = run.cluster->topology;
  std::vector<std::vector<DeviceId>> tried{{topology.ranks().begin(), topology.ranks().end()}};
  std::vector<Alternative> alternatives;
  for (const std::string& order : rank_orders()) {
    try {
      auto ranks = gpus_in_order(topology, order, kSeed);
      ranks.resize(topology.ranks().size());
      if (std::ranges::find(tried, ranks) != tried.end()) continue;
      tried.push_back(ranks);
      Topology placed = topology;
      placed.place(std::move(ranks));
      alternatives.push_back({.change = order, .time = time_on(run, std::move(placed))});
    } catch (const RequestError&) {
      continue;  // no servers, or not for this algorithm
    }
  }
  return alternatives;
}

}  // namespace commsim
