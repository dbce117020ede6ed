// Runs a program on a topology under a network model by its name.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/network/network_model.hpp"
#include "tests/support/topology.hpp"

namespace commsim {

struct RunOptions {
  std::string_view routing = "shortest";
  std::uint64_t seed = 1;
  Switching switching = Switching::kCutThrough;
  Watch watch = Watch::kLinks;
  std::int64_t connections = 1;
};

inline SimulationOutcome run(std::string_view model, const Topology& topology,
                             const Program& program, RunOptions options = {}) {
  return Registry<NetworkModel>::get(model, "network model")
      .simulate({.topology = topology,
                 .program = program,
                 .routing = Registry<RoutingPolicy>::get(options.routing, "routing"),
                 .seed = options.seed,
                 .switching = options.switching,
                 .watch = options.watch,
                 .connections = options.connections});
}

/// What is left of the time when the critical path is taken off.
inline Duration waiting(const SimulationOutcome& outcome) {
  const PathCost& path = outcome.critical_path;
  return outcome.time - path.transfer - path.latency - path.compute;
}

/// One switch; every message crosses two links of 50 GB/s and 1 us.
inline Topology star(int ranks) { return topology_of("switch", small_section(ranks)); }

/// Two ranks at the ends of a chain of links, with switches between.
inline Topology chain(const std::vector<LinkSpec>& links) {
  TopologyBuilder builder;
  DeviceId last = builder.add_device(DeviceKind::kGpu, "a");
  for (std::size_t i = 0; i < links.size(); ++i) {
    const bool end = i + 1 == links.size();
    const DeviceId next = builder.add_device(end ? DeviceKind::kGpu : DeviceKind::kSwitch,
                                             end ? "b" : "s" + std::to_string(i));
    builder.add_cable(last, next, links[i]);
    last = next;
  }
  return std::move(builder).seal();
}

}  // namespace commsim
