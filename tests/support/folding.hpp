// Folded simulations beside those of every rank and every event.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "core/error.hpp"
#include "sim/workload/folding.hpp"
#include "tests/support/clusters.hpp"

namespace commsim::folding {

inline const RoutingPolicy& routing_named(std::string_view name) {
  return Registry<RoutingPolicy>::get(name, "routing");
}

inline SimulationOutcome simulated(std::string_view model, const SimulationInput& input) {
  return Registry<NetworkModel>::get(model, "network model").simulate(input);
}

inline SimulationInput input_of(const Cluster& cluster, const Program& program,
                                const RoutingPolicy& routing) {
  return {.topology = cluster.topology,
          .program = program,
          .routing = routing,
          .endpoints = cluster.endpoints};
}

/// Nothing where the algorithm refuses the cluster.
inline std::unique_ptr<Program> made(const Cluster& cluster, CollectiveKind kind,
                                     std::string_view name, Bytes size) {
  try {
    return find_algorithm(kind, name).make({.kind = kind, .size = size, .layout = cluster.layout});
  } catch (const RequestError&) {
    return nullptr;
  }
}

/// To the picosecond and the byte.
inline void expect_same(const SimulationOutcome& a, const SimulationOutcome& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.critical_path, b.critical_path);
  EXPECT_EQ(a.messages, b.messages);
  EXPECT_EQ(a.events, b.events);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.links.bytes, b.links.bytes);
}

}  // namespace commsim::folding
