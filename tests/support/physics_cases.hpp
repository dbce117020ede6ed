// Runs by a Physics, on servers whose times can be worked out by hand.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/physics_run.hpp"

namespace commsim::physics_cases {

/// A run, with the set that owns its cluster.
struct Case {
  ScenarioSet set;

  [[nodiscard]] const CollectiveRun& run() const { return set.points.front().run; }
};

/// Of a server_cluster; of 1 MiB, unless it is a barrier.
inline Case case_of(const std::string& topology,
                    const std::string& collective = "kind: all_reduce") {
  const bool sized = collective.find("barrier") == std::string::npos;
  return {read_scenarios(read_yaml_text("version: 1\ntopology: {kind: server_cluster, " + topology +
                                            "}\ncollective: {algorithm: auto, " + collective +
                                            (sized ? ", size: 1 MiB}\n" : "}\n"),
                                        "test"))};
}

/// Servers with as many NICs as GPUs: 100 GB/s and 300 ns between them, 20 GB/s and 350 ns from a
/// NIC on, and 50 GB/s and 1 us on the way to it.
inline std::string small(int servers, int gpus, const std::string& more = "") {
  return "servers: " + std::to_string(servers) + ", gpus: " + std::to_string(gpus) +
         ", nics: " + std::to_string(gpus) +
         ", intra: switch, gpu_link: {bandwidth: 100 GB/s, latency: 300 ns}, gpu_nic: {bandwidth: "
         "50 GB/s, latency: 1 us}, nic: {bandwidth: 20 GB/s, latency: 350 ns}" +
         more;
}

inline LinkPhysics links_of(const char* medium, double latency, double efficiency,
                            double reference) {
  return {.medium = medium,
          .latency = Estimate::prior(latency),
          .efficiency = Estimate::prior(efficiency),
          .reference = reference};
}

/// One protocol that takes half of every link; a step in a server takes 2 us, one between 10 us.
inline Physics half_of_links() {
  return {
      .launch = Estimate::prior(5e-6),
      .copy = Estimate::prior(1e12),
      .tree = Estimate::prior(1),
      .protocols = {{.name = "half",
                     .start = Estimate::given(2e-6),
                     .piece = Estimate::prior(1 << 20),
                     .links = {links_of("nvlink", 1e-6, 0.5, 300e-9), links_of("pcie", 0, 1, 1e-6),
                               links_of("network", 5e-6, 0.5, 350e-9)}}}};
}

/// The prior's shares of links, without any latency or time to start.
inline Physics bare_links() {
  Physics physics = nccl_prior();
  physics.launch = Estimate::given(0);
  for (ProtocolPhysics& protocol : physics.protocols) {
    protocol.start = Estimate::given(0);
    for (LinkPhysics& link : protocol.links) link.latency = Estimate::given(0);
  }
  return physics;
}

/// "ring LL", ...
inline std::vector<std::string> names(const PhysicsRuns& runs, const Physics& physics) {
  std::vector<std::string> names;
  for (const PhysicsWay& way : runs.ways()) {
    names.push_back(way.algorithm + ' ' + physics.protocols[way.protocol].name);
  }
  return names;
}

inline std::size_t way_named(const PhysicsRuns& runs, const Physics& physics,
                             const std::string& name) {
  const auto all = names(runs, physics);
  const auto found = std::ranges::find(all, name);
  if (found == all.end()) throw std::runtime_error("no way " + name);
  return static_cast<std::size_t>(found - all.begin());
}

/// The messages of a way, all of them simulated, on links with latencies.
inline CollectiveResult all_of_it(const PhysicsRuns& runs, const Physics& physics, Bytes size,
                                  std::size_t way) {
  const Cluster cluster = runs.cluster_for(physics, way);
  return run_collective(runs.run_on(cluster, physics, size, way));
}

}  // namespace commsim::physics_cases
