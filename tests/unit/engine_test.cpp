// How ranks walk through their steps, worked out by hand. 1 MB at 50 GB/s takes 20 us; on a star
// every message crosses two links of 1 us.
#include "sim/engine/engine.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "collectives/algorithm.hpp"
#include "sim/workload/cluster.hpp"
#include "sim/workload/layout.hpp"
#include "tests/support/flow_program.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::engine_test {
namespace {

constexpr Bytes kMegabyte{1'000'000};
constexpr std::array kModels{"alpha_beta", "link_fifo", "fair_share"};

TEST(Engine, RefusesADeadlockAndNamesWhoWaitsWhere) {
  const Topology topology = star(3);
  const ScriptedProgram program(3, 2,
                                {{{0, 0}, {{.sends = {{1, 8_B}}}}},
                                 {{1, 1}, {{.compute = 5_nsec}, {.receives = {2}}, {}}},
                                 {{1, 0}, {{.receives = {0}}}},
                                 {{2, 1}, {{.receives = {1}}}}});
  for (const char* model : kModels) {
    try {
      run(model, topology, program);
      ADD_FAILURE() << model << " accepts it";
    } catch (const RequestError& refusal) {
      EXPECT_THAT(refusal.what(), ::testing::HasSubstr("rank 1, lane 1, waits in step 1"));
      EXPECT_THAT(refusal.what(), ::testing::HasSubstr("from rank 2"));
    }
  }
}

TEST(Engine, RefusesLanesThatWaitForEachOther) {
  const ScriptedProgram program(2, 2,
                                {{{0, 0}, {{.waits = {{1, 0}}}}}, {{0, 1}, {{.waits = {{0, 0}}}}}});
  for (const char* model : kModels) {
    EXPECT_THROW(run(model, star(2), program), RequestError) << model;
  }
}

TEST(Engine, RefusesToRunPastTheEndOfTheClock) {
  const Topology topology = star(2);
  for (const char* model : kModels) {
    // 53 days twice are refused, once are not.
    const Duration days{std::int64_t{53} * 86'400 * 1'000'000'000'000};
    const ScriptedProgram twice(
        2, 1, {{{0, 0}, {{.compute = days}, {.compute = days}, {.compute = days}}}});
    EXPECT_THROW(run(model, topology, twice), RequestError) << model;
    const ScriptedProgram once(2, 1, {{{0, 0}, {{.compute = days}}}});
    EXPECT_EQ(run(model, topology, once).time, days) << model;
    // A message alone: 10^18 B at 50 GB/s take 231 days; and one that ends after the clock does.
    EXPECT_THROW(run(model, topology, flow_program(2, {{0, 1, Bytes{1'000'000'000'000'000'000}}})),
                 RequestError)
        << model;
    EXPECT_THROW(run(model, topology, flow_program(2, {{0, 1, kMegabyte, Duration{INT64_MAX}}})),
                 RequestError)
        << model;
  }
}

TEST(Engine, TakesNoTimeForAProgramOfNothing) {
  for (const char* model : kModels) {
    const SimulationOutcome outcome = run(model, star(2), ScriptedProgram(2, 1, {}));
    EXPECT_EQ(outcome.time, 0_psec);
    EXPECT_EQ(outcome.messages, 0);
  }
}

// Rank 1 sends 1 MB (arrives at 22 us) and 2 MB (sent at 20 us, 62 us), rank 2 sends at 100 us (122
// us). Rank 0 wants rank 2's first, and then both of rank 1's.
TEST(Engine, KeepsEarlyMessagesUntilTheirStep) {
  const ScriptedProgram program(
      3, 1,
      {{{0, 0}, {{.receives = {2}}, {.receives = {1}, .compute = 7_usec}, {.receives = {1}}}},
       {{1, 0}, {{.sends = {{0, kMegabyte}}}, {.sends = {{0, 2 * kMegabyte}}}}},
       {{2, 0}, {{.compute = 100_usec}, {.sends = {{0, kMegabyte}}}}}});
  for (const char* model : kModels) {
    const SimulationOutcome outcome = run(model, star(3), program);
    EXPECT_EQ(outcome.time, 129_usec) << model;
    EXPECT_EQ(outcome.critical_path.compute, 107_usec) << model;
    EXPECT_EQ(waiting(outcome), 0_psec) << model;
  }
}

// The first message of rank 1 is early (22 us), its second is not (120 + 22 us): they match in
// order, and the one that came early does not stand for both.
TEST(Engine, MatchesMessagesOfASenderInOrder) {
  const ScriptedProgram program(
      2, 1,
      {{{0, 0}, {{.compute = 50_usec}, {.receives = {1}}, {.receives = {1}}}},
       {{1, 0},
        {{.sends = {{0, kMegabyte}}}, {.compute = 100_usec}, {.sends = {{0, kMegabyte}}}}}});
  for (const char* model : kModels) {
    EXPECT_EQ(run(model, star(2), program).time, 142_usec) << model;
  }
}

// Messages match lane by lane: what lane 1 sends is not lane 0's.
TEST(Engine, KeepsLanesApart) {
  const ScriptedProgram program(2, 2,
                                {{{0, 0}, {{.compute = 100_usec}, {.sends = {{1, kMegabyte}}}}},
                                 {{0, 1}, {{.sends = {{1, kMegabyte}}}}},
                                 {{1, 0}, {{.receives = {0}}}},
                                 {{1, 1}, {{.receives = {0}}, {.compute = 10_usec}}}});
  for (const char* model : kModels) EXPECT_EQ(run(model, star(2), program).time, 122_usec) << model;
}

// Lane 1 of rank 0 sends when step 0 of lane 0 has ended, at 10 us; rank 1 has it at 32 us and
// computes for 20 us more.
TEST(Engine, StartsAStepWhenTheStepThatItWaitsForHasEnded) {
  const ScriptedProgram program(2, 3,
                                {{{0, 0}, {{.compute = 10_usec}, {.compute = 30_usec}}},
                                 {{0, 1}, {{.sends = {{1, kMegabyte}}, .waits = {{0, 0}}}}},
                                 {{0, 2}, {{.waits = {{1, 0}, {0, 1}}, .compute = 1_usec}}},
                                 {{1, 1}, {{.receives = {0}}, {.compute = 20_usec}}}});
  for (const char* model : kModels) {
    const SimulationOutcome outcome = run(model, star(2), program);
    EXPECT_EQ(outcome.time, 52_usec) << model;
    EXPECT_EQ(outcome.critical_path.compute, 30_usec) << model;
    EXPECT_EQ(outcome.critical_path.transfer, 20_usec) << model;
    EXPECT_EQ(outcome.critical_path.latency, 2_usec) << model;
  }
}

// Compute starts with the step, beside its messages: the longer of both counts.
TEST(Engine, ComputesWhileMessagesTravel) {
  for (const char* model : kModels) {
    for (const Duration span : {5_usec, 50_usec}) {
      const ScriptedProgram program(2, 1,
                                    {{{0, 0}, {{.sends = {{1, kMegabyte}}, .compute = span}}},
                                     {{1, 0}, {{.receives = {0}, .compute = span}}}});
      EXPECT_EQ(run(model, star(2), program).time, std::max<Duration>(span, 22_usec)) << model;
    }
  }
}

// Halving and doubling on a ring: routes cross, so that there is waiting to account for.
TEST(Engine, AccountsForAllOfTheTime) {
  const Topology topology = topology_of("ring", small_section(8));
  const auto program = find_algorithm(CollectiveKind::kAllReduce, "halving_doubling")
                           .make({.size = 8_MiB, .layout = layout_of(topology).layout});
  for (const char* model : kModels) {
    const SimulationOutcome outcome = run(model, topology, *program);
    EXPECT_GT(outcome.critical_path.transfer, 0_psec) << model;
    EXPECT_GT(outcome.critical_path.latency, 0_psec) << model;
    EXPECT_EQ(outcome.critical_path.compute, 0_psec) << model;
    if (std::string_view(model) == "alpha_beta") {
      EXPECT_EQ(waiting(outcome), 0_psec);
    } else {
      EXPECT_GT(waiting(outcome), 0_psec) << model;
    }
  }
}

TEST(Engine, GivesTheSameResultWhoeverWatches) {
  const Topology topology = topology_of("ring", small_section(8));
  const auto program = find_algorithm(CollectiveKind::kAllReduce, "halving_doubling")
                           .make({.size = Bytes{7'654'321}, .layout = layout_of(topology).layout});
  for (const char* model : kModels) {
    const auto nothing = run(model, topology, *program, {.watch = Watch::kNothing});
    const auto links = run(model, topology, *program, {.watch = Watch::kLinks});
    const auto all = run(model, topology, *program, {.watch = Watch::kTimeline});
    for (const SimulationOutcome* other : {&links, &all}) {
      EXPECT_EQ(other->time, nothing.time) << model;
      EXPECT_EQ(other->events, nothing.events) << model;
      EXPECT_EQ(other->messages, nothing.messages) << model;
      EXPECT_EQ(other->critical_path.transfer, nothing.critical_path.transfer) << model;
    }
    EXPECT_EQ(links.sent, all.sent);
    EXPECT_EQ(links.links.bytes, all.links.bytes);
    EXPECT_EQ(nothing.sent, 0_B);
    EXPECT_THAT(nothing.links.bytes, ::testing::Each(0_B));
    EXPECT_TRUE(nothing.timeline.empty());
    EXPECT_TRUE(links.timeline.empty());
    ASSERT_EQ(static_cast<std::int64_t>(all.timeline.size()), all.messages);
    EXPECT_TRUE(std::ranges::is_sorted(all.timeline, {}, &TimelineEntry::arrived));
    EXPECT_EQ(all.timeline.back().arrived.time_since_epoch(), all.time);
  }
}

TEST(Engine, CountsAMessageOnEveryLinkOfItsRoute) {
  const Topology topology = chain({{50_GBps, 1_usec}, {20_GBps, 3_usec}});
  const SimulationOutcome outcome =
      run("fair_share", topology, flow_program(2, {{0, 1, kMegabyte}, {0, 1, 5_B}}));
  EXPECT_EQ(outcome.sent, kMegabyte + 5_B);
  EXPECT_EQ(outcome.messages, 2);
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    const bool forward = topology.link(id).from < topology.link(id).to;
    EXPECT_EQ(outcome.links.bytes[id], forward ? kMegabyte + 5_B : 0_B) << topology.link_name(id);
  }
}

}  // namespace
}  // namespace commsim::engine_test
