// A simulated step against what pipelines, volumes and overlap must come to.
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

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
                            const CallPricing& price, const StepChoices& choices = {}) {
  const Parallelism parallelism{.pipeline = shape.stages,
                                .virtual_stages = shape.chunks,
                                .schedule = schedule,
                                .global_batch = shape.micro_batches};
  const auto stages = equal_stages(shape, 3_usec, 6_usec);
  const std::function<Duration(std::int64_t, const StepParameters&)> none =
      [](std::int64_t, const StepParameters&) { return Duration{0}; };
  StepGraph graph = build_step({.stages = stages,
                                .parallelism = parallelism,
                                .choices = choices,
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
  const CallPricing price = [](std::int64_t, const TrafficItem&) { return 1_usec; };
  const auto step = pipeline("gpipe", {4, 8, 1}, price);
  EXPECT_EQ(step.times.total(), 9_usec * (8 + 3) + 2 * 3 * 1_usec);
}

// A stage takes 4 us for a forward pass and what it sends, and 7 backward: the last one has its
// eighth micro-batch after 3 + 7 such passes, sends eight gradients, and three stages are left.
TEST(TrainingStep, ComputingMayWaitForMessagesBetweenStages) {
  const CallPricing price = [](std::int64_t, const TrafficItem&) { return 1_usec; };
  StepChoices waiting;
  waiting.overlap_sends = false;
  const auto step = pipeline("gpipe", {4, 8, 1}, price, waiting);
  EXPECT_EQ(step.times.total(), 4_usec * (3 + 7) + 3_usec + 7_usec * 8 + (7 + 7 + 6) * 1_usec);
  for (const StageTime& stage : account(step.graph, step.times)) {
    EXPECT_EQ(stage.hidden[Activity::kPipeline], Duration{0});
    EXPECT_GE(stage.spent[Activity::kPipeline], 8_usec);
  }
  // One micro-batch: what a stage waits for on its way is a message, too.
  const auto once = pipeline("gpipe", {2, 1, 1}, price, waiting);
  EXPECT_EQ(account(once.graph, once.times).back().spent[Activity::kPipeline], 2_usec);
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
    const CallPricing price = [&](std::int64_t, const TrafficItem& call) {
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

// A small bucket is on its way while the layer before it is still computed; what is sent is the
// same. ZeRO 3 reduces unit by unit and has none.
TEST(TrainingStep, ASmallFirstBucketLeavesFirst) {
  const auto sent = [](ZeroStage zero, Bytes first) {
    std::vector<std::pair<Bytes, std::int64_t>> calls;
    StepChoices choices;
    choices.first_bucket = first;
    const CallPricing price = [&](std::int64_t, const TrafficItem& call) {
      const bool sums = call.collective != CollectiveKind::kAllGather;
      if (sums) calls.emplace_back(call.size, call.calls);
      return call.sent() / 50_GBps;
    };
    built_step(small(), {.data = 8, .global_batch = 8, .zero = zero}, price, choices);
    return calls;
  };
  const auto alike = sent(ZeroStage::kNone, Bytes{0});
  const auto small_first = sent(ZeroStage::kNone, 1_MiB);
  EXPECT_EQ(alike.front().first, 25_MiB);
  EXPECT_EQ(small_first.front(), std::pair(1_MiB, std::int64_t{1}));
  EXPECT_EQ(small_first.at(1).first, 25_MiB);
  const auto whole = [](const auto& calls) {
    Bytes sum;
    for (const auto& [size, count] : calls) sum += size * count;
    return sum;
  };
  EXPECT_EQ(whole(small_first), whole(alike));
  EXPECT_EQ(sent(ZeroStage::kParameters, 1_MiB), sent(ZeroStage::kParameters, Bytes{0}));
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

// ---- replicas that are not alike ----

// Stages of any times, one chunk on each.
std::vector<StageUnits> stages_of(const std::vector<Duration>& forward,
                                  const PipelineShape& shape) {
  auto stages = equal_stages(shape, 1_usec, 2_usec);
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (ChunkUnits& chunk : stages[s].chunks) {
      chunk.units[0].forward.time = forward[s];
      chunk.units[0].backward.time = 2 * forward[s];
    }
  }
  return stages;
}

StepGraph graph_of(const std::vector<StageUnits>& stages, const Parallelism& parallelism,
                   Duration message) {
  const CallPricing price = [=](std::int64_t, const TrafficItem&) { return message; };
  const std::function<Duration(std::int64_t, const StepParameters&)> update =
      [](std::int64_t, const StepParameters&) { return 5_usec; };
  return build_step({.stages = stages,
                     .parallelism = parallelism,
                     .choices = {},
                     .price = price,
                     .optimizer = update});
}

// A replica that leaves out its first micro-batches does what one does that never had them.
TEST(TrainingStep, FewerMicroBatchesAreTheScheduleOfAsMany) {
  const std::vector<std::vector<Duration>> speeds = {{3_usec, 3_usec, 3_usec, 3_usec},
                                                     {9_usec, 1_usec, 4_usec, 2_usec},
                                                     {1_usec, 2_usec, 7_usec, 20_usec},
                                                     {20_usec, 1_usec, 1_usec, 1_usec}};
  for (const char* schedule : {"gpipe", "1f1b", "interleaved"}) {
    const std::int64_t chunks = std::string_view(schedule) == "interleaved" ? 2 : 1;
    for (const auto& speed : speeds) {
      for (const std::int64_t own : {4, 8, 12}) {
        const auto of = [&](std::int64_t micro_batches) {
          const PipelineShape shape{4, micro_batches, chunks};
          return graph_of(stages_of(speed, shape),
                          {.pipeline = 4,
                           .virtual_stages = chunks,
                           .schedule = schedule,
                           .global_batch = micro_batches},
                          2_usec);
        };
        const StepGraph few = of(own);
        const StepGraph many = of(16);
        const ReplicaWork work{.first_micro_batch = static_cast<std::int32_t>(16 - own)};
        const StepTimes times = simulate_step(many, {.work = {&work, 1}});
        const StepTimes alone = simulate_step(few);
        EXPECT_EQ(times.total(), alone.total()) << schedule << ' ' << own;
        const auto stages = account(many, times);
        const auto expected = account(few, alone);
        for (std::size_t s = 0; s < stages.size(); ++s) {
          EXPECT_EQ(stages[s].spent.computing(), expected[s].spent.computing());
          EXPECT_EQ(stages[s].bubble, expected[s].bubble);
        }
      }
    }
  }
}

// Each with its own times and micro-batches; what they sum together waits for the slowest.
TEST(TrainingStep, ReplicasWaitForTheSlowestOfThem) {
  for (const ZeroStage zero :
       {ZeroStage::kNone, ZeroStage::kOptimizer, ZeroStage::kGradients, ZeroStage::kParameters}) {
    Parallelism p{.data = 2, .global_batch = 12, .zero = zero, .shares = {8, 4}};
    auto fast = stages_of({1_usec}, {1, 8, 1});
    fast[0].chunks[0].units[0].common = 1000;
    auto slow = stages_of({2_usec}, {1, 8, 1});
    slow[0].chunks[0].units[0].common = 1000;
    const StepGraph graph = graph_of(fast, p, Duration{0});
    const StepGraph slower = graph_of(slow, p, Duration{0});
    std::vector<ReplicaWork> work(2);
    for (const StepTask& task : slower.tasks()) work[1].times.push_back(task.time);
    work[1].first_micro_batch = 4;
    const StepTimes times = simulate_step(graph, {.replicas = 2, .work = work});
    // ZeRO 3 gathers for every micro-batch: the slow one may begin when the fast one is in its
    // fourth, and gathers one pass ahead.
    const Duration passes = zero == ZeroStage::kParameters ? 10_usec + 24_usec : 24_usec;
    EXPECT_EQ(times.total(), passes + 5_usec) << static_cast<int>(zero);
    for (std::int64_t replica = 0; replica < 2; ++replica) {
      const StageTime stage = account(graph, times, replica).front();
      EXPECT_EQ(stage.spent.computing() + stage.spent.communicating() + stage.bubble,
                times.total());
      EXPECT_EQ(stage.spent.computing(), 29_usec);
    }
    const ActivityTimes path = critical_path(graph, times);
    EXPECT_EQ(path.computing(), times.total());
  }
}

TEST(TrainingStep, IsNoSlowerOnFasterGpusOfSomeReplicas) {
  const Parallelism p{.data = 2, .pipeline = 2, .global_batch = 16};
  const auto price = calls_at(5_GBps);
  Duration before = Duration::max();
  for (const double factor : {1.0, 1.5, 2.0, 4.0, 100.0}) {
    Roofline faster = support::a100_roofline();
    Gpu gpu = *faster.gpu;
    for (double& peak : gpu.peak) peak *= factor;
    faster.gpu = &gpu;
    const std::function<Duration(std::int64_t, const StepParameters&)> none =
        [](std::int64_t, const StepParameters&) { return Duration{0}; };
    const auto with = [&](const Roofline& roofline) {
      const auto stages = stage_units(small(), p, roofline);
      return build_step(
          {.stages = stages, .parallelism = p, .choices = {}, .price = price, .optimizer = none});
    };
    const StepGraph graph = with(support::a100_roofline());
    const StepGraph other = with(faster);
    for (const bool both : {false, true}) {
      std::vector<ReplicaWork> work(2);
      for (const StepTask& task : other.tasks()) {
        work[1].times.push_back(task.time);
        if (both) work[0].times.push_back(task.time);
      }
      const Duration time = simulate_step(graph, {.replicas = 2, .work = work}).total();
      EXPECT_LE(time, simulate_step(graph).total());
      if (!both) continue;
      EXPECT_EQ(time, simulate_step(other).total());
      EXPECT_LE(time, before);
      before = time;
    }
  }
}

}  // namespace
}  // namespace commsim::training_step_test
