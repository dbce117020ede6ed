// Layers and micro-batches for GPUs that are not equally fast.
#include "sim/workload/step/balance.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "sim/workload/step/fleet_stages.hpp"
#include "tests/support/four_gpus.hpp"

namespace commsim::balance_test {
namespace {

using support::expect_refused;
using support::read;
using support::result_of;
using testing::ElementsAre;

TEST(Balance, RefusesWhatCannotBe) {
  expect_refused("gpu: h100", "12 layers for 16 chunks; legal: one for each at least",
                 {"training.parallel={pipeline: 4, virtual_stages: 4, chunk_layers: balanced}"});
  expect_refused("gpu: h100", "or balanced", {"training.parallel.chunk_layers=even"});
  expect_refused("gpu: h100", "or balanced", {"training.parallel.micro_batches=even"});
  expect_refused("gpu: h100", "hold 25 sequences, and the global batch 24",
                 {"training.parallel.micro_batches=[1, 2, 3, 19]"});
  expect_refused("gpu: h100", "3 numbers of micro-batches for 4 replicas",
                 {"training.parallel.micro_batches=[8, 8, 8]"});
  expect_refused("gpu: h100", "a replica has 1 micro-batch at least",
                 {"training.parallel.micro_batches=[0, 8, 8, 8]"});
  expect_refused("gpu: h100", "cannot be given to 4 replicas; legal: a multiple of micro_batch",
                 {"training.parallel.micro_batches=balanced", "training.micro_batch=7"});
  expect_refused("gpu: h100", "unequal numbers of micro-batches are legal with expert 1",
                 {"training.model.experts={count: 4, active: 2, width: 1024}",
                  "training.parallel={expert: 4, micro_batches: balanced}"});
  expect_refused("gpu: h100", "one stage; chunk_layers is for transformers",
                 {"training.model=resnet50", "training.parallel.chunk_layers=balanced"});
}

// Two types of which one is twice as fast, without anything but products.
struct TwoSpeeds {
  Gpu slow{.name = "slow",
           .memory = Bytes{INT64_MAX / 4},
           .memory_bandwidth = 1'000'000_GBps,
           .peak = peaks_of({.fp32 = 1, .fp16 = 1})};
  Gpu fast = [this] {
    Gpu gpu = slow;
    gpu.name = "fast";
    gpu.peak = peaks_of({.fp32 = 2, .fp16 = 2});
    return gpu;
  }();

  [[nodiscard]] Roofline roofline(const Gpu& gpu) const {
    return {.gpu = &gpu,
            .efficiency = {.product = EfficiencyCurve::constant(1),
                           .memory = EfficiencyCurve::constant(1)},
            .precision = {.compute = NumberFormat::kFp16}};
  }
  [[nodiscard]] GpuFleet fleet(std::int64_t of_fast, std::int64_t of_slow) const {
    GpuFleet gpus;
    gpus.add(roofline(fast), of_fast);
    gpus.add(roofline(slow), of_slow);
    return gpus;
  }
};

// 1 GFLOP forward and 2 back: 3 ms a sample on the slow one.
TEST(Balance, GivesTheFasterGpuTwiceAsManyMicroBatches) {
  const TrainingSet set = read(
      "gpu: v100_32gb",
      {"topology.ranks=2",
       "training.model={list: [{parameters: 1000, forward_flops: 1e9, backward_flops: 2e9}]}"});
  TrainingJob job = set.points.at(0).job;
  const TwoSpeeds gpus;
  job.gpus = gpus.fleet(1, 1);
  job.balance.shares = true;
  balance(job);
  EXPECT_THAT(job.parallelism.shares, ElementsAre(16, 8));
  const TrainingResult balanced = run_training(job, *set.prices);
  const Duration optimizer =
      optimizer_time(gpus.roofline(gpus.slow), {.summed = 1000, .updated = 1000});
  const Duration behind = balanced.calls.at(0).time + optimizer;
  EXPECT_EQ(balanced.time, 8 * 3000_usec + behind);
  EXPECT_EQ(balanced.mean.spent.computing() - optimizer, 8 * 3000_usec);
  EXPECT_EQ(least_time(job), 8 * 3000_usec);
  job.parallelism.shares.clear();
  EXPECT_EQ(run_training(job, *set.prices).time, 12 * 3000_usec + behind);
  job.parallelism.shares = {23, 1};
  EXPECT_EQ(run_training(job, *set.prices).time, 23 * 1500_usec + behind);
}

TEST(Balance, FindsTheBestOfAllShares) {
  for (const double factor : {0.3, 0.9, 1.7, 5.0, 40.0}) {
    const TrainingSet set = read("gpu: v100_32gb", {"topology.ranks=2"});
    TwoSpeeds gpus;
    for (double& peak : gpus.fast.peak) peak *= factor;
    TrainingJob job = set.points.at(0).job;
    job.gpus = gpus.fleet(1, 1);
    job.balance.shares = true;
    balance(job);
    const Duration balanced = run_training(job, *set.prices).time;
    Duration best = Duration::max();
    for (std::int64_t share = 1; share < 24; ++share) {
      job.parallelism.shares = {share, 24 - share};
      best = std::min(best, run_training(job, *set.prices).time);
    }
    EXPECT_EQ(balanced, best) << factor;
  }
}

TEST(Balance, LeavesEqualGpusEqualShares) {
  const TrainingSet set = read("gpu: h100", {"training.parallel.micro_batches=balanced"});
  EXPECT_TRUE(set.points.at(0).job.parallelism.shares.empty());
  EXPECT_EQ(result_of(set).time, result_of("gpu: h100").time);
}

TEST(Balance, DividesABatchThatIsNoMultiple) {
  const TrainingSet set =
      read("gpu: h100", {"training.parallel.micro_batches=balanced", "training.global_batch=26"});
  EXPECT_THAT(set.points.at(0).job.parallelism.shares, ElementsAre(7, 7, 6, 6));
}

TEST(Balance, GivesRoundsToInterleavedPipelines) {
  const TrainingSet set =
      read("gpus: [{gpu: a100_80gb, count: 2}, {gpu: v100_32gb, count: 2}]",
           {"training.parallel={pipeline: 2, virtual_stages: 2, micro_batches: balanced, order: "
            "tp-cp-ep-pp-dp}"});
  const auto& shares = set.points.at(0).job.parallelism.shares;
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(shares[0] % 2, 0);
  EXPECT_EQ(shares[0] + shares[1], 24);
  EXPECT_GT(shares[0], shares[1]);
  EXPECT_LT(result_of(set).time,
            result_of("gpus: [{gpu: a100_80gb, count: 2}, {gpu: v100_32gb, count: 2}]",
                      {"training.parallel={pipeline: 2, virtual_stages: 2, order: tp-cp-ep-pp-dp}"})
                .time);
}

Duration slowest(const TrainingJob& job, const std::vector<std::int64_t>& chunks) {
  TrainingJob other = job;
  other.parallelism.chunk_layers = chunks;
  const FleetStages fleet(other);
  Duration most{0};
  const auto replicas = replica_classes(other.gpus, other.parallelism, other.order);
  for (const ReplicaClass& replica : replicas.classes) {
    for (const Duration time : pass_times(fleet.of(replica))) most = std::max(most, time);
  }
  return most;
}

TEST(Balance, GivesTheFasterStageTwiceAsManyLayers) {
  const TrainingSet set = read("gpu: v100_32gb", {"training.parallel={data: 1, pipeline: 2}",
                                                  "training.model.vocabulary=2"});
  TrainingJob job = set.points.at(0).job;
  const TwoSpeeds gpus;
  job.gpus = gpus.fleet(1, 1);
  job.balance.layers = true;
  balance(job);
  EXPECT_THAT(job.parallelism.chunk_layers, ElementsAre(8, 4));
}

TEST(Balance, FindsTheBestOfAllDivisions) {
  const TwoSpeeds gpus;
  for (const std::int64_t vocabulary : {2, 50'000}) {
    for (const std::int64_t of_fast : {1, 2}) {
      const TrainingSet set =
          read("gpu: v100_32gb", {"topology.ranks=3", "training.parallel={data: 1, pipeline: 3}",
                                  fmt::format("training.model.vocabulary={}", vocabulary)});
      TrainingJob job = set.points.at(0).job;
      job.gpus = gpus.fleet(of_fast, 3 - of_fast);
      job.balance.layers = true;
      balance(job);
      Duration best = Duration::max();
      for (std::int64_t a = 1; a <= 10; ++a) {
        for (std::int64_t b = 1; a + b <= 11; ++b)
          best = std::min(best, slowest(job, {a, b, 12 - a - b}));
      }
      EXPECT_EQ(slowest(job, job.parallelism.chunk_layers), best);
    }
  }
}

TEST(Balance, VirtualStagesShareTheLayersOfTheirStage) {
  const TwoSpeeds gpus;
  const TrainingSet set =
      read("gpu: v100_32gb", {"training.parallel={data: 1, pipeline: 2, virtual_stages: 2}",
                              "training.model.vocabulary=2"});
  TrainingJob job = set.points.at(0).job;
  job.gpus = gpus.fleet(1, 1);
  job.balance.layers = true;
  balance(job);
  EXPECT_THAT(job.parallelism.chunk_layers, ElementsAre(4, 2, 4, 2));
}

TEST(Balance, LeavesRoomInMemoryWhereItCan) {
  TwoSpeeds gpus;
  const TrainingSet set = read("gpu: v100_32gb", {"training.parallel={data: 1, pipeline: 2}",
                                                  "training.model.vocabulary=2"});
  TrainingJob job = set.points.at(0).job;
  job.parallelism.chunk_layers = {6, 6};
  const auto& model = std::get<TransformerModel>(job.shape);
  gpus.fast.memory = stage_memory(model, job.parallelism, 0).total();
  job.gpus = gpus.fleet(1, 1);
  job.balance.layers = true;
  balance(job);
  EXPECT_THAT(job.parallelism.chunk_layers, ElementsAre(6, 6));
  EXPECT_NO_THROW(require_legal(job));
  gpus.fast.memory = 1_MiB;
  job.balance.layers = true;
  balance(job);
  EXPECT_THAT(job.parallelism.chunk_layers, ElementsAre(8, 4));
  EXPECT_THROW(require_legal(job), DoesNotFit);
}

}  // namespace
}  // namespace commsim::balance_test
