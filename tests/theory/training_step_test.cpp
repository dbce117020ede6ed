// A simulated step against what pipelines, volumes and overlap must come to.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/workload/training/transformer.hpp"
#include "tests/support/step.hpp"

namespace commsim::training_step_test {
namespace {

using support::built_step;
using support::calls_at;
using support::free_calls;

// Equal stages: ends without work would be unequal, so layers are made of a list where it matters.
TransformerModel small() { return gpt_model(16, 1024, 16, 2048, 51200); }

// A stage model by hand: `chunks` chunks of one unit each on every stage, f forward and b backward.
std::vector<StageUnits> equal_stages(const PipelineShape& shape, Duration forward,
                                     Duration backward) {
  const TrafficItem boundary{.traffic = Traffic::kPipeline,
                             .what = "stage boundary",
                             .collective = CollectiveKind::kSendRecv,
                             .group = GroupKind::kPipeline,
                             .ranks = shape.stages,
                             .size = 1_MiB,
                             .calls = 1};
  std::vector<StageUnits> stages(static_cast<std::size_t>(shape.stages));
  for (std::int64_t s = 0; s < shape.stages; ++s) {
    for (std::int64_t c = 0; c < shape.chunks; ++c) {
      ChunkUnits chunk{.units = {{.layer = 0, .forward = {forward}, .backward = {backward}}}};
      const bool first = s == 0 && c == 0;
      const bool last = s == shape.stages - 1 && c == shape.chunks - 1;
      if (!last) chunk.forward_departure = {boundary};
      if (!first) chunk.backward_departure = {boundary};
      stages[static_cast<std::size_t>(s)].chunks.push_back(std::move(chunk));
    }
  }
  return stages;
}

support::BuiltStep pipeline(const char* schedule, const PipelineShape& shape,
                            const CallPricing& price) {
  const Parallelism parallelism{.pipeline = shape.stages,
                                .virtual_stages = shape.chunks,
                                .schedule = schedule,
                                .global_batch = shape.micro_batches};
  const auto stages = equal_stages(shape, 3_usec, 6_usec);
  const std::function<Duration(std::int64_t)> none = [](std::int64_t) { return Duration{0}; };
  StepGraph graph = build_step({.stages = stages,
                                .parallelism = parallelism,
                                .choices = {},
                                .price = price,
                                .optimizer = none});
  StepTimes times = simulate_step(graph);
  return {std::move(graph), std::move(times)};
}

// (p-1) / (v m) of the time that computing takes.
TEST(TrainingStep, BubblesAreThoseOfTheFormula) {
  struct Case {
    const char* schedule;
    PipelineShape shape;
  };
  for (const Case& c : {Case{"gpipe", {4, 8, 1}}, Case{"gpipe", {2, 3, 1}}, Case{"1f1b", {4, 8, 1}},
                        Case{"1f1b", {8, 8, 1}}, Case{"1f1b", {3, 1, 1}}, Case{"1f1b", {5, 32, 1}},
                        Case{"interleaved", {4, 8, 2}}, Case{"interleaved", {4, 16, 4}},
                        Case{"interleaved", {2, 6, 3}}, Case{"interleaved", {8, 8, 2}}}) {
    const auto step = pipeline(c.schedule, c.shape, free_calls());
    const Duration busy = 9_usec * c.shape.micro_batches * c.shape.chunks;
    const Duration bubble = 9_usec * (c.shape.stages - 1);
    EXPECT_EQ(step.times.total(), busy + bubble) << c.schedule << ' ' << c.shape.stages;
    for (const StageTime& stage : account(step.graph, step.times)) {
      EXPECT_EQ(stage.spent.computing(), busy);
      EXPECT_EQ(stage.bubble, bubble);
      EXPECT_EQ(stage.spent.communicating(), Duration{0});
    }
  }
}

// The last micro-batch arrives p-1 messages later, and its gradient returns over as many.
TEST(TrainingStep, MessagesBetweenStagesDelayTheFirstAndTheLastMicroBatch) {
  const CallPricing price = [](const TrafficItem&) { return 1_usec; };
  const auto step = pipeline("gpipe", {4, 8, 1}, price);
  EXPECT_EQ(step.times.total(), 9_usec * (8 + 3) + 2 * 3 * 1_usec);
}

TEST(TrainingStep, EveryMomentOfAStageIsSpentOnceAndTheCriticalPathIsTheStep) {
  const Parallelism p{.data = 4,
                      .tensor = 2,
                      .pipeline = 4,
                      .virtual_stages = 2,
                      .schedule = "interleaved",
                      .global_batch = 64,
                      .sequence_parallel = true};
  for (const auto bandwidth : {1_GBps, 10_GBps, 100_GBps}) {
    const auto step = built_step(small(), p, calls_at(bandwidth), {}, 50_usec);
    for (const StageTime& stage : account(step.graph, step.times)) {
      EXPECT_EQ(stage.spent.computing() + stage.spent.communicating() + stage.bubble,
                step.times.total());
    }
    const ActivityTimes path = critical_path(step.graph, step.times);
    EXPECT_EQ(path.computing() + path.communicating(), step.times.total());
  }
}

// Whatever the division, the calls in the graph send what volumes.hpp says, bucket by bucket.
TEST(TrainingStep, TheCallsOfAStepAreItsVolumes) {
  std::vector<Parallelism> divisions = {
      {.data = 4, .global_batch = 16},
      {.data = 4, .global_batch = 16, .zero = ZeroStage::kOptimizer},
      {.data = 4, .global_batch = 16, .zero = ZeroStage::kGradients},
      {.data = 4, .global_batch = 16, .zero = ZeroStage::kParameters},
      {.data = 4,
       .global_batch = 16,
       .zero = ZeroStage::kParameters,
       .reshard_after_forward = false},
      {.data = 4, .global_batch = 16, .zero = ZeroStage::kParameters, .shard_group = 2},
      {.data = 2, .tensor = 4, .pipeline = 4, .global_batch = 8},
      {.data = 2, .tensor = 4, .pipeline = 4, .global_batch = 8, .scatter_gather = true},
      {.data = 2,
       .tensor = 2,
       .pipeline = 2,
       .context = 2,
       .virtual_stages = 2,
       .schedule = "interleaved",
       .global_batch = 8,
       .sequence_parallel = true,
       .recompute = Recompute::kFull},
  };
  for (const Parallelism& p : divisions) {
    std::map<Traffic, Bytes> sent_in_graph;
    const CallPricing price = [&](const TrafficItem& call) {
      sent_in_graph[call.traffic] += call.sent_together();
      return Duration{0};
    };
    StepChoices choices;
    choices.bucket = 1_MiB;
    built_step(small(), p, price, choices);
    std::map<Traffic, Bytes> expected;
    for (std::int64_t stage = 0; stage < p.pipeline; ++stage) {
      for (const TrafficItem& item : stage_traffic(small(), p, stage)) {
        // The call between the ends is one of both.
        if (item.traffic == Traffic::kEmbedding && stage > 0) continue;
        expected[item.traffic] += item.sent_together();
      }
    }
    for (const auto& [traffic, bytes] : expected) {
      // Shards of buckets are rounded up one by one.
      const bool rounded = traffic == Traffic::kData && p.shard_group > 0;
      EXPECT_NEAR(static_cast<double>(sent_in_graph[traffic].count()),
                  static_cast<double>(bytes.count()), rounded ? 1e6 : 0)
          << to_text(traffic) << " zero " << static_cast<int>(p.zero) << " tensor " << p.tensor;
    }
    EXPECT_EQ(sent_in_graph.size(), expected.size());
  }
}

TEST(TrainingStep, WithoutLimitsOfLinksAStepIsWhatItComputes) {
  for (const ZeroStage zero :
       {ZeroStage::kNone, ZeroStage::kOptimizer, ZeroStage::kGradients, ZeroStage::kParameters}) {
    const Parallelism p{.data = 8, .global_batch = 32, .zero = zero};
    const auto step = built_step(small(), p, free_calls(), {}, 7_usec);
    const StageTime stage = account(step.graph, step.times).front();
    EXPECT_EQ(stage.spent.computing(), step.times.total());
    EXPECT_EQ(stage.spent[Activity::kOptimizer], 7_usec);
  }
}

TEST(TrainingStep, IsNoSlowerOnFasterLinks) {
  for (const ZeroStage zero :
       {ZeroStage::kNone, ZeroStage::kOptimizer, ZeroStage::kGradients, ZeroStage::kParameters}) {
    const Parallelism p{.data = 4, .tensor = 2, .pipeline = 2, .global_batch = 16, .zero = zero};
    Duration before = Duration::max();
    for (const std::int64_t factor : {1, 2, 5, 20, 100, 1000}) {
      const auto step = built_step(small(), p, calls_at(1_GBps * factor));
      EXPECT_LE(step.times.total(), before);
      before = step.times.total();
    }
  }
}

// What overlaps is hidden, what does not is exposed; both together are what is sent.
TEST(TrainingStep, GradientsHideBehindTheBackwardPass) {
  const Parallelism p{.data = 8, .global_batch = 8};
  StepChoices behind;
  behind.overlap_gradients = false;
  const auto together = built_step(small(), p, calls_at(50_GBps));
  const auto apart = built_step(small(), p, calls_at(50_GBps), behind);
  EXPECT_LT(together.times.total(), apart.times.total());
  const StageTime hidden = account(together.graph, together.times).front();
  const StageTime shown = account(apart.graph, apart.times).front();
  EXPECT_GT(hidden.hidden[Activity::kData], Duration{0});
  EXPECT_EQ(shown.hidden[Activity::kData], Duration{0});
  EXPECT_EQ(apart.times.total(), shown.spent.computing() + shown.spent[Activity::kData]);
}

TEST(TrainingStep, ComputingSlowsDownWhileTheGpuCommunicates) {
  const Parallelism p{.data = 8, .global_batch = 8};
  StepChoices lost;
  lost.lost_to_communication = 0.15;
  const auto free = built_step(small(), p, calls_at(20_GBps));
  const auto slowed = built_step(small(), p, calls_at(20_GBps), lost);
  const auto computing = [](const support::BuiltStep& step) {
    return account(step.graph, step.times).front().spent.computing();
  };
  EXPECT_GT(computing(slowed), computing(free));
  EXPECT_LT(seconds(computing(slowed)), seconds(computing(free)) / (1 - 0.15));
}

}  // namespace
}  // namespace commsim::training_step_test
