// Money and memory: what a cluster costs to buy, and what a limit on memory means.
#include "sim/plan/plan_spec.hpp"

#include <gmock/gmock.h>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "sim/plan/plan_search.hpp"
#include "tests/support/plans.hpp"

namespace commsim::support::plan_spec_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

double price(const std::string& prices, const std::vector<std::string>& overrides = {}) {
  const Plan plan = read_small_plan("  prices: " + prices + "\n", overrides);
  return purchase(plan.spec().prices, plan.set.points.at(0).job.network.cluster->topology);
}

TEST(Purchase, CountsEachPartOnce) {
  EXPECT_DOUBLE_EQ(price("{gpu: 10}"), 80);
  EXPECT_DOUBLE_EQ(price("{server: 100}"), 200);
  EXPECT_DOUBLE_EQ(price("{nic: 7}"), 28);
  EXPECT_DOUBLE_EQ(price("{gpu: 10, server: 100, nic: 7}"), 308);
  EXPECT_DOUBLE_EQ(price("{gpu_hour: 3, power_hour: 1}"), 0);
}

TEST(Purchase, TrunksAreTheCablesBetweenSwitches) {
  constexpr double kNics = 4 * 200;    // Gb/s from servers to leaves
  constexpr double kTrunks = 2 * 400;  // from leaves to the spine
  EXPECT_DOUBLE_EQ(price("{gbps: {network: 1}}"), kNics);
  EXPECT_DOUBLE_EQ(price("{gbps: {trunk: 1}}"), kTrunks);
  EXPECT_DOUBLE_EQ(price("{gbps: {network: 2, trunk: 3}}"), 2 * kNics + 3 * kTrunks);
  EXPECT_DOUBLE_EQ(price("{gbps: {network: 2, trunk: 0}}"), 2 * kNics);
}

TEST(Purchase, IsAPartOfEachHour) {
  const Plan plan = read_small_plan("  prices: {gpu: 10, gpu_hour: 3, lifetime_hours: 40}\n");
  const Topology& topology = plan.set.points.at(0).job.network.cluster->topology;
  EXPECT_DOUBLE_EQ(price_per_hour(plan.spec().prices, topology, 8), 80.0 / 40 + 8 * 3);
}

TEST(PurchaseLimit, NeedsPricesToBuy) {
  EXPECT_THAT([] { read_small_plan("  prices: {gpu_hour: 3}\n  limits: {purchase: 3}\n"); },
              ThrowsMessage<ConfigError>(HasSubstr("prices to buy")));
}

TEST(PurchaseLimit, LeavesOutWhatCostsMore) {
  const Plan plan = read_small_plan("  prices: {gpu: 10}\n  limits: {purchase: 100}\n",
                                    {"topology.servers=[2, 4]"});
  const PlanOutcome outcome = search(plan, {.jobs = 1});
  ASSERT_EQ(outcome.ranked.size(), 1U);
  EXPECT_DOUBLE_EQ(outcome.ranked[0].purchase, 80);
  EXPECT_EQ(outcome.refused.at("more than 100 to buy"), 1);
}

TEST(MemoryLimit, RefusesWhatIsNeitherAShareNorAnAmount) {
  for (const char* text : {"0", "-0.5", "1.5", "101 %", "0 GiB", "most", "", "%", "nan"}) {
    EXPECT_THROW(parsed_memory_limit(text), RequestError) << text;
  }
}

TEST(MemoryLimit, IsAShareOrAnAmount) {
  EXPECT_DOUBLE_EQ(parsed_memory_limit("0.9").share, 0.9);
  EXPECT_DOUBLE_EQ(parsed_memory_limit("90%").share, 0.9);
  EXPECT_DOUBLE_EQ(parsed_memory_limit("90 %").share, 0.9);
  EXPECT_EQ(parsed_memory_limit("70 GiB").amount, 70_GiB);
  EXPECT_EQ(parsed_memory_limit("90 %").text(), "90 % of a GPU's memory");
  EXPECT_EQ(parsed_memory_limit("70 GiB").text(), "70 GiB of a GPU's memory");
}

TEST(MemoryLimit, HoldsUpToTheByte) {
  const Plan plan = read_small_plan("  goal: time\n");
  const TrainingJob& job = plan.set.points.at(0).job;
  const Bytes used = require_legal(job).use.total();
  EXPECT_FALSE(exceeds({.amount = used}, job));
  EXPECT_TRUE(exceeds({.amount = used - 1_B}, job));
  const double share = static_cast<double>(used.count()) / static_cast<double>((80_GiB).count());
  EXPECT_FALSE(exceeds({.share = share * 1.001}, job));
  EXPECT_TRUE(exceeds({.share = share * 0.999}, job));
}

// The stage with least memory left need not be the one that fills the largest share.
TEST(MemoryLimit, LooksAtEveryStageOfUnequalGpus) {
  const Plan plan = read_small_plan(
      "  goal: time\n",
      {"training={model: bert_large, gpus: [{gpu: v100_16gb, "
       "count: 4}, {gpu: a100_80gb, count: 4}], precision: {compute: fp16}, global_batch: 256, "
       "micro_batch: 8, parallel: {pipeline: 2}}"});
  const TrainingJob& job = plan.set.points.at(0).job;
  const auto& model = std::get<TransformerModel>(job.shape);
  const auto share = [&](std::int64_t stage, Bytes memory) {
    return static_cast<double>(stage_memory(model, job.parallelism, stage).total().count()) /
           static_cast<double>(memory.count());
  };
  const double largest = std::max(share(0, 16_GiB), share(1, 80_GiB));
  EXPECT_TRUE(exceeds({.share = largest * 0.999}, job));
  EXPECT_FALSE(exceeds({.share = largest * 1.001}, job));
}

TEST(MemoryLimit, IsNamedByWhatIsLeftOut) {
  const Plan plan = read_small_plan("  limits: {memory: 1 GiB}\n");
  const PlanOutcome outcome = search(plan, {.jobs = 1});
  EXPECT_TRUE(outcome.ranked.empty());
  EXPECT_EQ(outcome.refused.at("more than 1 GiB of a GPU's memory"), 1);
  EXPECT_EQ(outcome.simulated, 0U);
}

}  // namespace
}  // namespace commsim::support::plan_spec_test
