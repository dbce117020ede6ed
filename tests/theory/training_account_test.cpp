// Where the time of a step goes, on stages and replicas that are not alike: a call's part is what
// it takes, and waiting for others is bubble.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "core/index.hpp"
#include "sim/workload/step/step_account.hpp"
#include "sim/workload/step/step_builder.hpp"

namespace commsim::training_account_test {
namespace {

constexpr std::int64_t kMicroBatches = 6;

TrafficItem item(Traffic traffic) {
  return {.traffic = traffic, .what = "", .ranks = 2, .size = 1_MiB, .calls = 1};
}

// One chunk of one unit on each stage, which ends in a tensor-parallel call.
std::vector<StageUnits> stages_of(const std::vector<Duration>& forward) {
  std::vector<StageUnits> stages;
  for (const Duration time : forward) {
    ChunkUnits chunk;
    chunk.units.push_back({.layer = 0,
                           .forward = {time, {item(Traffic::kTensor)}},
                           .backward = {2 * time, {item(Traffic::kTensor)}},
                           .common = 1000});
    if (stages.size() + 1 < forward.size()) {
      chunk.forward_departure = {item(Traffic::kPipeline)};
    }
    if (!stages.empty()) chunk.backward_departure = {item(Traffic::kPipeline)};
    stages.push_back({.chunks = {std::move(chunk)}});
  }
  return stages;
}

struct Prices {
  Duration tensor{0};
  Duration pipeline{0};
  Duration data{0};
  Duration embedding{0};

  [[nodiscard]] Duration of(const TrafficItem& call) const {
    if (call.traffic == Traffic::kTensor) return tensor * call.calls;
    if (call.traffic == Traffic::kPipeline) return pipeline * call.calls;
    return (call.traffic == Traffic::kEmbedding ? embedding : data) * call.calls;
  }
};

StepGraph graph_of(const std::vector<StageUnits>& stages, const Prices& prices,
                   std::int64_t replicas = 1, Duration update = Duration{0}) {
  const Parallelism parallelism{.data = replicas,
                                .tensor = 2,
                                .pipeline = std::ssize(stages),
                                .global_batch = kMicroBatches * replicas};
  const CallPricing price = [&](std::int64_t, const TrafficItem& call) { return prices.of(call); };
  const std::function<Duration(std::int64_t, const StepParameters&)> optimizer =
      [=](std::int64_t, const StepParameters&) { return update; };
  return build_step({.stages = stages,
                     .parallelism = parallelism,
                     .choices = {},
                     .price = price,
                     .optimizer = optimizer});
}

void expect_whole(const StageTime& stage, const StepTimes& times) {
  EXPECT_EQ(stage.spent.computing() + stage.spent.communicating() + stage.bubble, times.total());
}

const std::vector<std::vector<Duration>> kSpeeds = {{3_usec, 3_usec, 3_usec, 3_usec},
                                                    {9_usec, 1_usec, 4_usec, 2_usec},
                                                    {1_usec, 2_usec, 7_usec, 20_usec},
                                                    {20_usec, 1_usec, 1_usec}};

TEST(TrainingAccount, FreeCallsHaveNoPartOnUnequalStages) {
  for (const auto& speeds : kSpeeds) {
    const StepGraph graph = graph_of(stages_of(speeds), {});
    const StepTimes times = simulate_step(graph);
    const auto stages = account(graph, times);
    for (std::size_t s = 0; s < stages.size(); ++s) {
      EXPECT_EQ(stages[s].spent.communicating(), Duration{0});
      EXPECT_EQ(stages[s].spent.computing(), 3 * speeds[s] * kMicroBatches);
      expect_whole(stages[s], times);
    }
  }
}

// However long a stage waits for another one in or before them.
TEST(TrainingAccount, CallsWithinLayersTakeWhatTheStagesOwnOnesTake) {
  for (const auto& speeds : kSpeeds) {
    for (const Duration message : {0_usec, 1_usec, 5_usec}) {
      const StepGraph graph = graph_of(stages_of(speeds), {.tensor = 4_usec, .pipeline = message});
      const StepTimes times = simulate_step(graph);
      for (const StageTime& stage : account(graph, times)) {
        EXPECT_EQ(stage.spent[Activity::kTensor], 4_usec * 2 * kMicroBatches);
        EXPECT_LE(stage.spent[Activity::kPipeline], message * 2 * (kMicroBatches + 1));
        expect_whole(stage, times);
      }
    }
  }
}

// (p - 1) times what a micro-batch takes on a stage, with its calls.
TEST(TrainingAccount, BubblesOfEqualStagesHoldTheirCalls) {
  const StepGraph graph = graph_of(stages_of({3_usec, 3_usec, 3_usec, 3_usec}), {.tensor = 2_usec});
  const StepTimes times = simulate_step(graph);
  for (const StageTime& stage : account(graph, times)) {
    EXPECT_EQ(stage.bubble, (9_usec + 2 * 2_usec) * 3);
    EXPECT_EQ(stage.spent[Activity::kTensor], 2 * 2_usec * kMicroBatches);
  }
}

// Only the first stage has gradients to sum; the last one takes part in the sum of the tied matrix
// alone and is idle before.
TEST(TrainingAccount, WhatOtherStagesReplicasSendIsNoneOfAStages) {
  auto stages = stages_of({3_usec, 3_usec});
  stages[1].chunks[0].units[0].common = 0;
  for (StageUnits& stage : stages) stage.tied = 1000;
  const Prices prices{.data = 100_usec, .embedding = 7_usec};
  const StepGraph graph = graph_of(stages, prices, 2, 1_usec);
  const StepTimes times = simulate_step(graph);
  const auto account_of = account(graph, times);
  EXPECT_EQ(account_of[0].spent[Activity::kData], 100_usec);
  EXPECT_EQ(account_of[1].spent[Activity::kData], Duration{0});
  for (const StageTime& stage : account_of) {
    EXPECT_EQ(stage.spent[Activity::kEmbedding], 7_usec);
    expect_whole(stage, times);
  }
  // From its last pass to that of the first stage, while that one sums, and its first pass.
  EXPECT_EQ(account_of[1].bubble, 3_usec + 6_usec + 100_usec);
}

TEST(TrainingAccount, WaitingForASlowerReplicaIsBubble) {
  const StepGraph graph = graph_of(stages_of({3_usec}), {.tensor = 1_usec, .data = 5_usec}, 2);
  ReplicaWork slow;
  for (const StepTask& task : graph.tasks()) {
    slow.times.push_back(computes(task.activity) ? 2 * task.time : task.time);
  }
  const std::vector<ReplicaWork> work = {{}, slow};
  const StepTimes times = simulate_step(graph, {.replicas = 2, .work = work});
  for (std::int64_t replica = 0; replica < 2; ++replica) {
    const StageTime stage = account(graph, times, replica).front();
    EXPECT_EQ(stage.spent[Activity::kData], 5_usec);
    EXPECT_EQ(stage.spent[Activity::kTensor], 2_usec * kMicroBatches);
    EXPECT_EQ(stage.bubble, replica == 0 ? 9_usec * kMicroBatches : 0_usec);
  }
}

}  // namespace
}  // namespace commsim::training_account_test
