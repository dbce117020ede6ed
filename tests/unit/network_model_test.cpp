// Messages on the wire, worked out by hand for each network model. 1 MB at 50 GB/s takes 20 us; on
// a star every message crosses two links of 1 us.
#include "sim/network/network_model.hpp"

#include <gtest/gtest.h>

#include <array>

#include "collectives/algorithm.hpp"
#include "sim/workload/cluster.hpp"
#include "sim/workload/layout.hpp"
#include "tests/support/flow_program.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::network_model_test {
namespace {

constexpr Bytes kMegabyte{1'000'000};
constexpr std::array kModels{"alpha_beta", "link_fifo", "fair_share"};

// 1 MB takes 20 us, 50 us and 25 us on these.
Topology unequal_chain() {
  return chain({{50_GBps, 1_usec}, {20_GBps, 3_usec}, {40_GBps, 2_usec}});
}

std::vector<TimelineEntry> timeline(std::string_view model, const Program& program, int ranks) {
  return run(model, star(ranks), program, {.watch = Watch::kTimeline}).timeline;
}

SimTime instant(Duration span) { return SimTime{span}; }

// T = L / B + D
TEST(NetworkModels, TakeTheLawForAMessageOnOneLink) {
  const Topology topology = chain({{50_GBps, 1_usec}});
  for (const char* model : kModels) {
    for (const Bytes size : {1_B, 3_B, Bytes{999'999}, kMegabyte, 64_GiB}) {
      EXPECT_EQ(run(model, topology, flow_program(2, {{0, 1, size}})).time,
                message_time(size, 50_GBps, 1_usec))
          << model;
    }
  }
}

// The narrowest link takes 50 us, the latencies are 6 us.
TEST(NetworkModels, TakeTheNarrowestLinkAndAllLatenciesForALoneMessage) {
  for (const char* model : kModels) {
    EXPECT_EQ(run(model, unequal_chain(), flow_program(2, {{0, 1, kMegabyte}})).time, 56_usec)
        << model;
  }
}

TEST(NetworkModels, TakeTheLatenciesForAnEmptyMessage) {
  for (const char* model : kModels) {
    const SimulationOutcome outcome = run(model, star(2), flow_program(2, {{0, 1, 0_B}}));
    EXPECT_EQ(outcome.time, 2_usec) << model;
    EXPECT_EQ(outcome.messages, 1) << model;
    EXPECT_EQ(outcome.sent, 0_B) << model;
  }
  EXPECT_EQ(run("link_fifo", star(2), flow_program(2, {{0, 1, 0_B}}),
                {.switching = Switching::kStoreAndForward})
                .time,
            2_usec);
}

// 20 + 1, 50 + 3, 25 + 2 us
TEST(LinkFifo, TakesEveryLinkAnewWithStoreAndForward) {
  const SimulationOutcome outcome =
      run("link_fifo", unequal_chain(), flow_program(2, {{0, 1, kMegabyte}}),
          {.switching = Switching::kStoreAndForward});
  EXPECT_EQ(outcome.time, 101_usec);
  EXPECT_EQ(outcome.critical_path.transfer, 95_usec);
  EXPECT_EQ(outcome.critical_path.latency, 6_usec);
  EXPECT_EQ(waiting(outcome), 0_psec);
}

// The second message enters link 1 at 20 us, link 2 when that is free at 51 us, leaves it at 101
// us, and ends 3 + 2 us later. With alpha_beta and fair_share it is sent when the first has left,
// at 50 us.
TEST(NetworkModels, PutAMessageBehindTheOneBeforeIt) {
  const ScriptedProgram program(
      2, 1,
      {{{0, 0}, {{.sends = {{1, kMegabyte}}}, {.sends = {{1, kMegabyte}}}}},
       {{1, 0}, {{.receives = {0}}, {.receives = {0}}}}});
  EXPECT_EQ(run("link_fifo", unequal_chain(), program).time, 106_usec);
  EXPECT_EQ(run("alpha_beta", unequal_chain(), program).time, 106_usec);
  EXPECT_EQ(run("fair_share", unequal_chain(), program).time, 106_usec);
  // Link 2 is busy from 21 to 71 us with the first, to 121 us with the second; then 3 + 25 + 2 us.
  EXPECT_EQ(
      run("link_fifo", unequal_chain(), program, {.switching = Switching::kStoreAndForward}).time,
      151_usec);
}

// A short message catches up with a long one on the slow link and must not overtake its tail.
// Long: 21 -> free 51, tail 54 at link 2. Short (1 kB: 20 ns, 50 ns, 25 ns), sent at 20 us: link 2
// from 51 to 51.05 us, tail 54.05; link 3 from 54 to 54.025 us, so its tail decides: 54.05 + 2.
TEST(LinkFifo, LetsTheTailDecideWhenALaterLinkIsFaster) {
  const ScriptedProgram program(
      2, 1,
      {{{0, 0}, {{.sends = {{1, kMegabyte}}}, {.sends = {{1, Bytes{1000}}}}}},
       {{1, 0}, {{.receives = {0}}, {.receives = {0}}}}});
  EXPECT_EQ(run("link_fifo", unequal_chain(), program).time, 56'050_nsec);
}

// Both heads reach the link to rank 0 at 1 us; it is free for the second at 21 us.
TEST(LinkFifo, ServesTheLowestSenderFirstAmongEqualArrivals) {
  const auto entries =
      timeline("link_fifo", flow_program(3, {{2, 0, kMegabyte}, {1, 0, kMegabyte}}), 3);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].from, 1);
  EXPECT_EQ(entries[0].arrived, instant(22_usec));
  EXPECT_EQ(entries[1].from, 2);
  EXPECT_EQ(entries[1].arrived, instant(42_usec));
}

TEST(LinkFifo, ServesInTheOrderOfArrival) {
  const auto entries =
      timeline("link_fifo", flow_program(3, {{1, 0, kMegabyte, 5_usec}, {2, 0, kMegabyte}}), 3);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].from, 2);
  EXPECT_EQ(entries[0].arrived, instant(22_usec));
  EXPECT_EQ(entries[1].from, 1);
  EXPECT_EQ(entries[1].sent, instant(5_usec));
  EXPECT_EQ(entries[1].arrived, instant(42_usec));
}

// 8 L / B + 2 D for all, whatever the model that shares links.
TEST(FairShare, DividesALinkAmongEightSendersExactly) {
  std::vector<Flow> flows;
  for (Rank from = 1; from <= 8; ++from) flows.push_back({from, 0, 10_MiB});
  const SimulationOutcome outcome = run("fair_share", star(9), flow_program(9, flows));
  EXPECT_EQ(outcome.time, transfer_time(10_MiB, 50_GBps, 8) + 2_usec);
  EXPECT_EQ(outcome.critical_path.transfer, 10_MiB / 50_GBps);
  EXPECT_EQ(waiting(outcome), transfer_time(10_MiB, 50_GBps, 8) - 10_MiB / 50_GBps);
  EXPECT_EQ(run("link_fifo", star(9), flow_program(9, flows)).time, outcome.time);
}

// Alone for 10 us (0.5 MB), then half of the rate each: the first has 0.5 MB to go, 20 us; the
// second has then 0.5 MB to go alone, 10 us.
TEST(FairShare, ChangesRatesWhenFlowsComeAndGo) {
  const auto entries =
      timeline("fair_share", flow_program(3, {{1, 0, kMegabyte}, {2, 0, kMegabyte, 10_usec}}), 3);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].arrived, instant(32_usec));
  EXPECT_EQ(entries[1].arrived, instant(42_usec));
}

// Ranks 1 and 2 send to rank 0, at half of its link. Rank 1 also sends to rank 3, and gets the
// other half of its own link for that. When all that has ended at 40 us, nothing is left.
TEST(FairShare, GivesEachFlowItsBottleneck) {
  const auto entries = timeline(
      "fair_share", flow_program(4, {{1, 0, kMegabyte}, {2, 0, kMegabyte}, {1, 3, kMegabyte}}), 4);
  ASSERT_EQ(entries.size(), 3U);
  for (const TimelineEntry& entry : entries) EXPECT_EQ(entry.arrived, instant(42_usec));
}

// Ring all-reduce on a switch: every link has one sender at a time.
TEST(NetworkModels, AgreeWhereNoLinkIsShared) {
  for (const int ranks : {2, 3, 5, 8}) {
    const Topology topology = star(ranks);
    for (const Bytes size : {0_B, 1_B, Bytes{12'345'677}, 64_MiB}) {
      const auto program = find_algorithm(CollectiveKind::kAllReduce, "ring")
                               .make({.size = size, .layout = layout_of(topology).layout});
      const SimulationOutcome expected = run("alpha_beta", topology, *program);
      for (const char* model : {"link_fifo", "fair_share"}) {
        const SimulationOutcome outcome = run(model, topology, *program);
        EXPECT_EQ(outcome.time, expected.time) << model << ' ' << ranks << ' ' << size.count();
        EXPECT_EQ(outcome.messages, expected.messages) << model;
        EXPECT_EQ(outcome.links.bytes, expected.links.bytes) << model;
      }
    }
  }
}

}  // namespace
}  // namespace commsim::network_model_test
