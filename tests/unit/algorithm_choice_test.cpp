// Choosing among algorithms by trying them.
#include "sim/workload/algorithm_choice.hpp"

#include <gmock/gmock.h>

#include "sim/workload/call_parameters.hpp"
#include "tests/support/algorithm_calls.hpp"
#include "tests/support/topology.hpp"

namespace commsim::algorithm_choice_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Choice : public testing::Test {
 protected:
  CollectiveRun run_of(CollectiveCall call) {
    return {.cluster = &cluster_,
            .network = &Registry<NetworkModel>::get("fair_share", "network model"),
            .routing = &Registry<RoutingPolicy>::get("shortest", "routing"),
            .call = std::move(call)};
  }

  Cluster cluster_ = make_cluster(topology_of("switch", small_section(6)));
};

TEST_F(Choice, OfNothingThatAcceptsGivesEveryReasonWithoutTheOthersThatAreLegal) {
  try {
    run_fastest(run_of({.size = 6_B}), {"nvls", "swing"});
    FAIL() << "accepted";
  } catch (const RequestError& refusal) {
    EXPECT_THAT(refusal.what(), AllOf(HasSubstr("no algorithm accepts"), HasSubstr("; swing: ")));
    EXPECT_THAT(refusal.what(), testing::Not(HasSubstr("legal here")));
  }
}

TEST_F(Choice, ATaskIsRefusedByWhatDoesNotTakeItsParameters) {
  const Algorithm& ring = find_algorithm(CollectiveKind::kAllReduce, "ring");
  EXPECT_THROW(call_for(ring, {.root = 1}), RequestError);
  EXPECT_THROW(call_for(ring, {.pattern = "pair"}), RequestError);
  EXPECT_THROW(call_for(ring, {.matrix = {{1_B}}}), RequestError);
}

TEST_F(Choice, TakesTheFastestAndOrdersTheOthers) {
  const auto names = candidates(CollectiveKind::kAllReduce, false);
  const ChosenRun chosen = run_fastest(run_of({.size = 6_KiB}), names);
  ASSERT_FALSE(chosen.choice.candidates.empty());
  EXPECT_EQ(chosen.choice.candidates.size() + chosen.choice.refused.size(), names.size());
  EXPECT_EQ(chosen.algorithm, chosen.choice.candidates.front().change);
  EXPECT_EQ(chosen.result.time, chosen.choice.candidates.front().time);
  EXPECT_EQ(run_collective(chosen.run).time, chosen.result.time);
  Duration before{0};
  for (const Alternative& candidate : chosen.choice.candidates) {
    EXPECT_GE(candidate.time, before) << candidate.change;
    before = candidate.time;
    CollectiveRun alone = run_of({.size = 6_KiB});
    alone.algorithm = &find_algorithm(CollectiveKind::kAllReduce, candidate.change);
    EXPECT_EQ(run_collective(alone).time, candidate.time) << candidate.change;
  }
}

TEST_F(Choice, OfEquallyFastOnesIsTheFirstByName) {
  cluster_ = make_cluster(topology_of("switch", small_section(1)));
  const auto names = candidates(CollectiveKind::kAllReduce, false);
  const ChosenRun chosen = run_fastest(run_of({.size = 1_KiB}), names);
  EXPECT_EQ(chosen.result.time, Duration{0});
  EXPECT_EQ(chosen.algorithm, chosen.choice.candidates.front().change);
  for (std::size_t i = 1; i < chosen.choice.candidates.size(); ++i) {
    const auto& [name, time] = chosen.choice.candidates[i];
    if (time != Duration{0}) continue;
    EXPECT_LT(chosen.choice.candidates[i - 1].change, name);
  }
}

TEST_F(Choice, KeepsTheTimelineOfTheChosenRunAlone) {
  const ChosenRun chosen =
      run_fastest(run_of({.size = 6_KiB}), {"binomial_tree", "ring"}, Watch::kTimeline);
  EXPECT_EQ(static_cast<std::int64_t>(chosen.result.timeline.size()), chosen.result.messages);
}

TEST_F(Choice, GivesEachAlgorithmTheParametersThatItTakes) {
  const ChosenRun chosen =
      run_fastest(run_of({.size = 6_KiB, .channels = 2}), {"binomial_tree", "ring"});
  for (const Alternative& candidate : chosen.choice.candidates) {
    if (candidate.change != "ring") continue;
    CollectiveRun alone = run_of({.size = 6_KiB, .channels = 2});
    alone.algorithm = &find_algorithm(CollectiveKind::kAllReduce, "ring");
    EXPECT_EQ(run_collective(alone).time, candidate.time);
  }
  EXPECT_EQ(chosen.choice.candidates.size(), 2U);
}

TEST_F(Choice, WhatFollowsAFileIsACandidateOnlyWithOne) {
  for (const Collective* kind : Registry<Collective>::entries()) {
    for (const std::string& name : candidates(kind->kind, false)) {
      EXPECT_FALSE(calls::takes(find_algorithm(kind->kind, name), "schedule")) << name;
    }
    EXPECT_EQ(candidates(kind->kind, true), algorithm_names(kind->kind));
  }
}

// Every parameter of every algorithm survives; call_for() aborts at one that it does not know.
TEST(CallParameters, OfEveryAlgorithmAreKnown) {
  for (const Algorithm* algorithm : Registry<Algorithm>::entries()) {
    const CollectiveKind kind = calls::kind_of(*algorithm);
    const CollectiveCall call{.kind = kind, .size = 8_B, .chunk = 4_B, .channels = 2};
    const CollectiveCall taken = call_for(*algorithm, call);
    EXPECT_EQ(taken.chunk.has_value(), calls::takes(*algorithm, "chunk")) << algorithm->name;
    EXPECT_EQ(taken.channels.has_value(), calls::takes(*algorithm, "channels")) << algorithm->name;
    EXPECT_EQ(taken.size, call.size);
  }
}

TEST(CallParameters, DefaultsKeepTheTask) {
  const CollectiveCall plain = default_call(
      {.kind = CollectiveKind::kBroadcast, .size = 8_B, .root = 3, .chunk = 4_B, .order = "plain"});
  EXPECT_EQ(plain.root, 3);
  EXPECT_FALSE(plain.chunk.has_value());
  EXPECT_FALSE(plain.order.has_value());
}

}  // namespace
}  // namespace commsim::algorithm_choice_test
