// fair_share against SimGrid, an engine of other people with another solver. Both compute max-min
// rates, so they must agree far better than either agrees with hardware.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "core/random.hpp"
#include "tests/differential/agreement.hpp"
#include "tests/support/flow_program.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::differential::fair_share_vs_simgrid_test {
namespace {

TEST_F(FairShare, AgreesOnOneFlowOverThreeUnequalLinks) {
  expect_agreement(chain({{50_GBps, 1_usec}, {20_GBps, 3_usec}, {35_GBps, 2_usec}}),
                   flow_program(2, {{0, 1, 10_MiB}}));
}

// Eight flows share the last link: T = 8 L / B + 2 D, exactly.
TEST_F(FairShare, AgreesOnAnIncastOfEight) {
  const Topology topology = star(9);
  std::vector<Flow> flows;
  for (Rank from = 1; from <= 8; ++from) flows.push_back({from, 0, 10_MiB});
  const auto program = flow_program(9, flows);
  EXPECT_EQ(
      fair_share({.topology = topology, .program = program, .routing = routing("shortest")}).time,
      transfer_time(10_MiB, 50_GBps, 8) + 2_usec);
  expect_agreement(topology, program);
}

TEST_F(FairShare, AgreesOnARingAllReduceOnASwitch) {
  const Topology topology = star(8);
  expect_agreement(topology, *program_of(topology, "ring", {.size = Bytes{12'345'678}}));
}

// A ring all-reduce among some of the ranks only.
void add_ring(ScriptedProgram::Script& script, const std::vector<Rank>& ranks, Bytes chunk) {
  const std::size_t p = ranks.size();
  for (std::size_t i = 0; i < p; ++i) {
    script[{ranks[i], 0}].assign(2 * (p - 1), {.sends = {{ranks[(i + 1) % p], chunk}},
                                               .receives = {ranks[(i + p - 1) % p]}});
  }
}

TEST_F(FairShare, AgreesOnTwoRingsThatShareATrunk) {
  TopologyBuilder builder;
  const DeviceId left = builder.add_device(DeviceKind::kSwitch, "left");
  const DeviceId right = builder.add_device(DeviceKind::kSwitch, "right");
  builder.add_cable(left, right, {30_GBps, 2_usec});
  for (Rank rank = 0; rank < 8; ++rank) {
    const DeviceId gpu = builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
    builder.add_cable(gpu, rank < 4 ? left : right, {50_GBps, 1_usec});
  }
  ScriptedProgram::Script script;
  add_ring(script, {0, 1, 4, 5}, 3_MiB);
  add_ring(script, {2, 6, 3, 7}, 1_MiB);
  expect_agreement(std::move(builder).seal(), ScriptedProgram(8, 1, script));
}

Topology leaf_spine(const char* oversubscription, const char* spines) {
  const auto link = [](const char* bandwidth, const char* latency) {
    return config::map({{"bandwidth", bandwidth}, {"latency", latency}});
  };
  return topology_of("server_cluster", config::map({{"servers", "4"},
                                                    {"gpus", "2"},
                                                    {"intra", "switch"},
                                                    {"gpu_link", link("300 GB/s", "300 ns")},
                                                    {"nics", "2"},
                                                    {"gpu_nic", link("30 GB/s", "1 us")},
                                                    {"nic", link("200 Gb/s", "500 ns")},
                                                    {"fabric", "leaf_spine"},
                                                    {"servers_per_leaf", "1"},
                                                    {"spines", spines},
                                                    {"oversubscription", oversubscription}}));
}

TEST_F(FairShare, AgreesOnAllToAllOverAnOversubscribedSpine) {
  const CollectiveCall call{
      .kind = CollectiveKind::kSendRecv, .size = 4_MiB, .pattern = "many_to_many"};
  const Topology two_to_one = leaf_spine("2", "1");
  expect_agreement(two_to_one, *program_of(two_to_one, "direct", call));
  const Topology four_to_one = leaf_spine("4", "1");
  expect_agreement(four_to_one, *program_of(four_to_one, "direct", call));
}

TEST_F(FairShare, AgreesOnAllToAllWithHashedRoutesThatCollide) {
  const Topology topology = leaf_spine("2", "3");
  const auto program =
      program_of(topology, "direct",
                 {.kind = CollectiveKind::kSendRecv, .size = 4_MiB, .pattern = "many_to_many"});
  expect_agreement(topology, *program, "shortest");
  for (const std::uint64_t seed : {1U, 2U, 3U}) expect_agreement(topology, *program, "ecmp", seed);
}

Topology two_dgx_a100() {
  return topology_of("server_cluster", config::map({{"servers", "2"}, {"preset", "dgx_a100"}}));
}

TEST_F(FairShare, AgreesOnADoubleBinaryTreeOnTwoServers) {
  const Topology topology = two_dgx_a100();
  expect_agreement(topology, *program_of(topology, "double_binary_tree", {.size = 16_MiB}));
}

TEST_F(FairShare, AgreesOnAHierarchicalAllReduceOnTwoServers) {
  const Topology topology = two_dgx_a100();
  expect_agreement(topology, *program_of(topology, "hierarchical", {.size = 16_MiB}));
}

// Partners are up to four links apart, so that messages pass through each other's links.
TEST_F(FairShare, AgreesOnHalvingDoublingOnARing) {
  const Topology topology = topology_of("ring", small_section(8));
  expect_agreement(topology, *program_of(topology, "halving_doubling", {.size = Bytes{7'654'321}}));
}

// A rank's compute, its sends and a wait for another lane decide together when it goes on.
TEST_F(FairShare, AgreesOnLanesThatWaitForEachOther) {
  const Topology topology = star(3);
  const ScriptedProgram program(
      3, 2,
      {{{0, 0}, {{.sends = {{1, 3_MiB}}}, {.sends = {{2, 2_MiB}}, .compute = 400_usec}}},
       {{0, 1}, {{.sends = {{1, 5_MiB}}}, {.sends = {{2, 1_MiB}}, .waits = {{0, 1}}}}},
       {{1, 0}, {{.receives = {0}}}},
       {{1, 1}, {{.receives = {0}, .waits = {{0, 0}}, .compute = 90_usec}, {.sends = {{2, 0_B}}}}},
       {{2, 0}, {{.receives = {0}}}},
       {{2, 1}, {{.receives = {0, 1}}}}});
  expect_agreement(topology, program);
}

class RandomFlows : public FairShare, public ::testing::WithParamInterface<std::uint64_t> {};

// A connected graph of switches with a few cables more than a tree has, and a rank on each switch.
Topology random_graph(Random& random, Rank ranks) {
  TopologyBuilder builder;
  std::vector<DeviceId> switches;
  const auto cable = [&](DeviceId a, DeviceId b) {
    const auto gigabits = static_cast<std::int64_t>(40 + random.below(360));
    builder.add_cable(a, b,
                      {Bandwidth::bits_per_second(gigabits * 1'000'000'000),
                       Duration{static_cast<std::int64_t>(random.below(3'000'000))}});
  };
  for (Rank rank = 0; rank < ranks; ++rank) {
    switches.push_back(builder.add_device(DeviceKind::kSwitch, fmt::format("s{}", rank)));
    cable(builder.add_device(DeviceKind::kGpu, fmt::format("g{}", rank)), switches.back());
    if (rank > 0) cable(switches.back(), switches[random.below(static_cast<std::uint64_t>(rank))]);
  }
  for (int extra = 0; extra < ranks / 2; ++extra) {
    const auto a = random.below(switches.size());
    const auto b = (a + 1 + random.below(switches.size() - 1)) % switches.size();
    cable(switches[a], switches[b]);
  }
  return std::move(builder).seal();
}

// Not only the last one: every flow must end when SimGrid says so.
TEST_P(RandomFlows, EachEndsWhenSimGridSaysSo) {
  Random random(GetParam());
  constexpr Rank kRanks = 10;
  constexpr int kFlows = 40;
  const Topology topology = random_graph(random, kRanks);
  std::vector<Flow> flows;
  for (int i = 0; i < kFlows; ++i) {
    const auto from = static_cast<Rank>(random.below(kRanks));
    const auto to =
        static_cast<Rank>((from + 1 + static_cast<Rank>(random.below(kRanks - 1))) % kRanks);
    // Sizes differ, so that a flow is known by its size.
    const auto size =
        Bytes{static_cast<std::int64_t>(100'000 + random.below(20'000'000) * kFlows) + i};
    flows.push_back(
        {from, to, size, Duration{static_cast<std::int64_t>(random.below(20'000'000'000))}});
  }
  const auto program = flow_program(kRanks, flows);
  const SimulationInput input{.topology = topology,
                              .program = program,
                              .routing = routing("ecmp"),
                              .seed = GetParam(),
                              .watch = Watch::kTimeline};
  const SimulationOutcome outcome = fair_share(input);
  const OracleOutcome oracle = run_oracle(input);
  ASSERT_EQ(outcome.timeline.size(), flows.size());
  double worst = 0;
  for (const TimelineEntry& entry : outcome.timeline) {
    const auto flow = std::ranges::find(flows, entry.size, &Flow::size);
    ASSERT_NE(flow, flows.end());
    const auto lane = static_cast<int>(flow - flows.begin());
    const double ours = seconds(entry.arrived.time_since_epoch());
    const double theirs = oracle.lanes.at({flow->to, lane});
    worst = std::max(worst, std::abs(ours / theirs - 1));
    EXPECT_NEAR(ours, theirs, kTolerance * theirs) << "flow " << lane;
  }
  RecordProperty("relative_difference", fmt::format("{:.3g}", worst));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFlows, ::testing::Range(std::uint64_t{1}, std::uint64_t{9}));

}  // namespace
}  // namespace commsim::differential::fair_share_vs_simgrid_test
