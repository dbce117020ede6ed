// What the comparisons with SimGrid share.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

#include "collectives/algorithm.hpp"
#include "sim/network/network_model.hpp"
#include "sim/workload/layout.hpp"
#include "tests/differential/oracle.hpp"

namespace commsim::differential {

/// Of the time. Up to 1e-7 is seen in long chains of short steps, because each of ours is rounded
/// up to the picosecond.
inline constexpr double kTolerance = 1e-6;

class FairShare : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_simgrid()) GTEST_SKIP() << "built without SimGrid (libsimgrid-dev)";
  }
};

inline const RoutingPolicy& routing(std::string_view name) {
  return Registry<RoutingPolicy>::get(name, "routing");
}

inline SimulationOutcome fair_share(const SimulationInput& input) {
  return Registry<NetworkModel>::get("fair_share", "network model").simulate(input);
}

inline void expect_agreement(const SimulationInput& input) {
  const SimulationOutcome outcome = fair_share(input);
  const double ours = seconds(outcome.time);
  const double theirs = run_oracle(input).time;
  ::testing::Test::RecordProperty("messages", std::to_string(outcome.messages));
  ::testing::Test::RecordProperty("relative_difference", fmt::format("{:.3g}", ours / theirs - 1));
  EXPECT_NEAR(ours, theirs, kTolerance * theirs)
      << fmt::format("relative difference {:.3g}", ours / theirs - 1);
}

/// The end of the whole program in both engines.
inline void expect_agreement(const Topology& topology, const Program& program,
                             std::string_view policy = "shortest", std::uint64_t seed = 1) {
  expect_agreement(
      {.topology = topology, .program = program, .routing = routing(policy), .seed = seed});
}

inline std::unique_ptr<Program> program_of(const Topology& topology, std::string_view algorithm,
                                           CollectiveCall call) {
  call.layout = layout_of(topology).layout;
  return find_algorithm(call.kind, algorithm).make(call);
}

}  // namespace commsim::differential
