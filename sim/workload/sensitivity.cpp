#include "sim/workload/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace commsim {
namespace {

constexpr std::int64_t kTenth = 10;

// The same graph with the links of one medium changed.
template <typename Change>
Topology with_changed(const Topology& topology, std::uint16_t medium, Change change) {
  TopologyBuilder builder;
  for (const Device& device : topology.devices()) {
    builder.add_device(device.kind, device.name, device.server);
  }
  for (const Link& link : topology.links()) {
    LinkSpec spec{.bandwidth = link.bandwidth, .latency = link.latency};
    if (link.medium == medium) change(spec);
    builder.add_link(link.from, link.to, spec, topology.media()[link.medium]);
  }
  return std::move(builder).seal();
}

Duration time_on(const CollectiveRun& run, Topology topology) {
  const Cluster cluster = make_cluster(std::move(topology));
  CollectiveRun changed = run;
  changed.cluster = &cluster;
  return run_collective(changed).time;
}

}  // namespace

std::vector<Alternative> better_links(const CollectiveRun& run) {
  const Topology& topology = run.cluster->topology;
  std::vector<Alternative> alternatives;
  for (std::uint16_t medium = 0; medium < topology.media().size(); ++medium) {
    const std::string& name = topology.media()[medium];
    alternatives.push_back({.change = fmt::format("{}: bandwidth + 10 %", name),
                            .time = time_on(run, with_changed(topology, medium, [](LinkSpec& spec) {
                                              const auto bits = spec.bandwidth.bits_per_second();
                                              spec.bandwidth = Bandwidth::bits_per_second(
                                                  bits + std::max<std::int64_t>(1, bits / kTenth));
                                            }))});
    alternatives.push_back({.change = fmt::format("{}: latency - 10 %", name),
                            .time = time_on(run, with_changed(topology, medium, [](LinkSpec& spec) {
                                              spec.latency -= spec.latency / kTenth;
                                            }))});
  }
  return alternatives;
}

std::vector<Alternative> other_routes(const CollectiveRun& run) {
  std::vector<Alternative> alternatives;
  for (const RoutingPolicy* policy : Registry<RoutingPolicy>::entries()) {
    if (policy == run.routing) continue;
    CollectiveRun other = run;
    other.routing = policy;
    alternatives.push_back(
        {.change = std::string(policy->name), .time = run_collective(other).time});
  }
  return alternatives;
}

std::vector<Alternative> other_algorithms(const CollectiveRun& run) {
  std::vector<Alternative> alternatives;
  for (const std::string& name : algorithm_names(run.call.kind)) {
    CollectiveRun other = run;
    other.algorithm = &find_algorithm(run.call.kind, name);
    if (other.algorithm == run.algorithm) continue;
    other.call = {.kind = run.call.kind,
                  .size = run.call.size,
                  .element = run.call.element,
                  .root = run.call.root};
    try {
      alternatives.push_back({.change = name, .time = run_collective(other).time});
    } catch (const RequestError&) {
      continue;  // not for this cluster
    }
  }
  std::stable_sort(alternatives.begin(), alternatives.end(),
                   [](const Alternative& a, const Alternative& b) { return a.time < b.time; });
  return alternatives;
}

}  // namespace commsim
