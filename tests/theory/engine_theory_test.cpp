// Does the engine equal the closed form? On alpha_beta every algorithm takes, to the picosecond,
// what its registered formula says, for 1 to 64 ranks on a cable for each pair.
#include <gtest/gtest.h>

#include "collectives/algorithm.hpp"
#include "sim/network/network_model.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/theory/closed_form_oracle.hpp"

namespace commsim::engine_theory_test {
namespace {

Topology fully_connected(Rank ranks, LinkSpec cable) {
  TopologyBuilder builder;
  for (Rank r = 0; r < ranks; ++r) builder.add_device(DeviceKind::kGpu, std::to_string(r));
  for (DeviceId a = 0; a < static_cast<DeviceId>(ranks); ++a) {
    for (DeviceId b = 0; b < a; ++b) builder.add_cable(a, b, cable);
  }
  return std::move(builder).seal();
}

Duration simulate(const Topology& topology, const Program& program, const char* model) {
  const auto& network = Registry<NetworkModel>::get(model, "network model");
  return network
      .simulate({.topology = topology,
                 .program = program,
                 .routing = Registry<RoutingPolicy>::get("shortest", "routing policy")})
      .time;
}

class EngineTheory : public ::testing::TestWithParam<const Algorithm*> {};

TEST_P(EngineTheory, AlphaBetaTakesWhatTheClosedFormSays) {
  const Algorithm& algorithm = *GetParam();
  const CollectiveKind kind = calls::kind_of(algorithm);
  int compared = 0;
  for (const LinkSpec cable : {LinkSpec{50_GBps, 1_usec}, LinkSpec{3_Gbps, 700_nsec},
                               LinkSpec{Bandwidth::bits_per_second(7'000'000'001), 0_nsec}}) {
    for (const Rank p : {1, 2, 3, 4, 5, 7, 8, 12, 16, 64}) {
      const Topology topology = fully_connected(p, cable);
      for (const Bytes size : {0_B, 1_B, 1000_B, 64_KiB, Bytes{64 * 15 * 7 * 1024}, 8_MiB}) {
        const CollectiveCall call{.kind = kind, .size = size, .layout = RankLayout::flat(p)};
        const auto program = calls::made(algorithm, call);
        if (program == nullptr) continue;
        const AlphaBetaCost cost{cable.bandwidth, cable.latency};
        const auto expected = algorithm.closed_form(call, cost, cost);
        if (!expected) continue;
        ++compared;
        EXPECT_EQ(simulate(topology, *program, "alpha_beta"), *expected)
            << algorithm.name << " p=" << p << " S=" << size.count();
      }
    }
  }
  EXPECT_GE(compared, 3 * 3 * 3);
}

// Those with a formula for ranks alone; helpers and trees of the graph have tests of their own.
std::vector<const Algorithm*> flat_algorithms() {
  auto all = Registry<Algorithm>::entries();
  std::erase_if(all, [](const Algorithm* entry) {
    const CollectiveCall call{.kind = calls::kind_of(*entry), .layout = RankLayout::flat(4)};
    return entry->closed_form == nullptr || calls::made(*entry, call) == nullptr;
  });
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, EngineTheory, ::testing::ValuesIn(flat_algorithms()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::engine_theory_test
