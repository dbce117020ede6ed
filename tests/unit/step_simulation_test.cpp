// Streams, dependencies and tasks that several take part in.
#include "sim/workload/step/step_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "sim/workload/step/jitter.hpp"

namespace commsim::step_simulation_test {
namespace {

StepTask task(Duration time, GpuStream stream = GpuStream::kCompute, std::int32_t stage = 0) {
  const Activity activity = stream == GpuStream::kCompute ? Activity::kForward : Activity::kData;
  return {.stage = stage, .stream = stream, .activity = activity, .time = time};
}

TEST(StepSimulation, AStreamDoesItsTasksInOrder) {
  StepGraph graph(1);
  graph.add(task(3_usec));
  const TaskId second = graph.add(task(2_usec));
  const StepTimes times = simulate_step(graph);
  EXPECT_EQ(times.of(graph, 0, second).start, 3_usec);
  EXPECT_EQ(times.total(), 5_usec);
}

TEST(StepSimulation, StreamsRunAtOnceAndWaitForWhatTheyDependOn) {
  StepGraph graph(1);
  const TaskId first = graph.add(task(3_usec));
  const TaskId sent = graph.add(task(4_usec, GpuStream::kData), {first});
  graph.add(task(5_usec));
  const StepTimes times = simulate_step(graph);
  EXPECT_EQ(times.of(graph, 0, sent).start, 3_usec);
  EXPECT_EQ(times.total(), 8_usec);
}

TEST(StepSimulation, ATaskInFrontHoldsBackThoseBehindIt) {
  StepGraph graph(1);
  const TaskId late = graph.add(task(10_usec));
  graph.add(task(1_usec, GpuStream::kData), {late});
  const TaskId behind = graph.add(task(1_usec, GpuStream::kData));
  EXPECT_EQ(simulate_step(graph).of(graph, 0, behind).start, 11_usec);
}

TEST(StepSimulation, AnEmptyStepTakesNoTime) {
  EXPECT_EQ(simulate_step(StepGraph(3)).total(), Duration{0});
}

TEST(StepSimulation, WhatReplicasDoTogetherWaitsForTheSlowest) {
  StepGraph graph(1);
  const TaskId computed = graph.add(task(10_usec));
  StepTask sum = task(1_usec, GpuStream::kData);
  sum.together = true;
  const TaskId summed = graph.add(sum, {computed});
  graph.add(task(1_usec), {summed});
  const StepConditions conditions{.replicas = 3, .slowdown = [](std::int64_t replica, TaskId id) {
                                    return replica == 2 && id == 0 ? 2.0 : 1.0;
                                  }};
  const StepTimes times = simulate_step(graph, conditions);
  EXPECT_EQ(times.of(graph, 1, computed).end, 10_usec);
  EXPECT_EQ(times.of(graph, 2, computed).end, 20_usec);
  EXPECT_EQ(times.of(graph, 1, summed).start, 20_usec);
  EXPECT_EQ(times.total(), 22_usec);
}

TEST(StepSimulation, APartnerTakesPart) {
  StepGraph graph(2);
  const TaskId other = graph.add(task(7_usec, GpuStream::kData, 1));
  StepTask both = task(2_usec, GpuStream::kData);
  both.partner = 1;
  const TaskId shared = graph.add(both);
  const TaskId behind = graph.add(task(1_usec, GpuStream::kData, 1));
  const StepTimes times = simulate_step(graph);
  EXPECT_EQ(times.of(graph, 0, shared).start, times.of(graph, 0, other).end);
  EXPECT_EQ(times.of(graph, 0, behind).start, 9_usec);
}

// Of 10 us of computing, 4 run beside a message at half the speed: 2 us of work are done by then.
TEST(StepSimulation, CommunicationTakesAPartOfTheGpu) {
  StepGraph graph(1);
  graph.add(task(10_usec));
  graph.add(task(4_usec, GpuStream::kData));
  EXPECT_EQ(simulate_step(graph, {.lost_to_communication = 0.5}).total(), 12_usec);
}

TEST(StepSimulation, TasksThatWaitForEachOtherAbort) {
  StepGraph graph(1);
  const TaskId first = graph.add(task(1_usec));
  const TaskId second = graph.add(task(1_usec, GpuStream::kData), {first});
  graph.depends(first, second);
  EXPECT_DEATH(simulate_step(graph), "in a circle");
}

TEST(Jitter, IsRefusedWhereItIsNone) {
  EXPECT_THROW(validate(Jitter{.spread = -1}), RequestError);
  EXPECT_THROW(validate(Jitter{.slow_share = 2}), RequestError);
  EXPECT_THROW(validate(Jitter{.slow_factor = 0.5}), RequestError);
}

TEST(Jitter, HasAMeanOfOneAndTheSpreadThatIsAskedFor) {
  const Jitter jitter{.spread = 0.2};
  constexpr int kDraws = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = slowdown(jitter, 0, 0, i);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  EXPECT_NEAR(mean, 1, 0.002);
  EXPECT_NEAR(std::sqrt(squares / kDraws - mean * mean), 0.2, 0.003);
}

TEST(Jitter, SlowsDownAShareOfTheRanks) {
  const Jitter jitter{.slow_share = 0.1, .slow_factor = 3};
  int slow = 0;
  for (int rank = 0; rank < 10'000; ++rank) slow += slowdown(jitter, 4, rank, 9) > 2 ? 1 : 0;
  EXPECT_NEAR(slow, 1000, 100);
}

// The slowest of many ranks decides when they meet.
TEST(Jitter, CostsMoreTheMoreReplicasThereAre) {
  StepGraph graph(1);
  const TaskId computed = graph.add(task(1000_usec));
  StepTask sum = task(1_usec, GpuStream::kData);
  sum.together = true;
  graph.add(sum, {computed});
  const Jitter jitter{.spread = 0.1, .repetitions = 101};
  const auto jittered = [&](std::int64_t replicas, unsigned threads) {
    return repeated(
        jitter,
        [&](std::int64_t repetition) {
          return jittered_step(graph, {.replicas = replicas}, jitter, repetition);
        },
        nullptr, threads);
  };
  const JitteredTimes few = jittered(2, 1);
  const JitteredTimes many = jittered(64, 1);
  EXPECT_LT(few.median, many.median);
  EXPECT_LT(many.fast, many.median);
  EXPECT_LT(many.median, many.slow);
  EXPECT_EQ(jittered(64, 3).median, many.median);
  EXPECT_EQ(jittered(64, 3).slow, many.slow);
}

}  // namespace
}  // namespace commsim::step_simulation_test
