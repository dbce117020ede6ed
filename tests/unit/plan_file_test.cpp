// Plans as their files have them: alternatives, prices, limits, and mistakes at their places.
#include "sim/plan/plan_file.hpp"

#include <gmock/gmock.h>

#include "core/diagnostics.hpp"
#include "sim/plan/plan_alternatives.hpp"
#include "tests/support/plans.hpp"

namespace commsim::support::plan_file_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Choices = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTwo =
    "  goal: cost\n"
    "  prices: {power_hour: 1}\n"
    "  alternatives:\n"
    "    large: {training.gpu: h100, plan.prices.gpu_hour: 3}\n"
    "    many:\n"
    "      topology: {servers: 4}\n"
    "      training.micro_batch: [2, 4]\n"
    "      plan.prices.gpu_hour: 1\n";

void expect_refused(const std::string& plan, const std::string& place, const std::string& reason,
                    const std::vector<std::string>& overrides = {}) {
  EXPECT_THAT([&] { read_small_plan(plan, overrides); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr(place), HasSubstr(reason))))
      << plan;
}

void expect_unanswerable(const std::string& find, const std::string& reason) {
  const ConfigDocument document =
      plan_document("  limits: {gpus: 8}\n  find: {key: " + find + ", wants: least}\n");
  const Plan plan = read_plan(document);
  EXPECT_THAT([&] { require_answerable(document, *plan.spec().find); },
              ThrowsMessage<ConfigError>(
                  AllOf(HasSubstr("f:16:15: error: plan.find.key: "), HasSubstr(reason))))
      << find;
}

TEST(PlanAlternatives, RefuseWhatIsNone) {
  expect_refused("  alternatives: [h100]\n", "f:15:17: error: plan.alternatives: ", "names");
  expect_refused("  alternatives: {}\n", "f:15:17", "names");
  expect_refused("  alternatives: {a: 3}\n", "f:15:21: error: plan.alternatives.a: ", "a map");
  expect_refused("  alternatives: {a: {}}\n", "plan.alternatives.a", "a map");
  expect_refused("  alternatives: {a: {topology..servers: 3}}\n", "f:15:22", "empty part");
  expect_refused("  alternatives: {a: {topology.kind.x: 3}}\n", "f:15:22", "is a single value");
  expect_refused("  alternatives: {a: {topology.servers: }}\n", "f:15:22", "no value");
  expect_refused("  alternatives: {a: {version: 2}}\n", "f:15:22", "one version");
  expect_refused("  alternatives: {a: {plan.goal: cost}}\n", "f:15:22", "prices and limits");
  expect_refused("  alternatives: {a: {plan: {tokens: 3}}}\n", "f:15:22", "prices and limits");
  expect_refused("  alternatives: {a: {topology.servers: 3, topology: {servers: 4}}}\n", "f:15:43",
                 "'topology.servers' is given twice");
}

TEST(PlanAlternatives, RefuseNamesThatNoneHas) {
  expect_refused("  alternative: b\n", "f:15:16: error: plan.alternative: ", "there are none");
  const std::string one = "  alternatives: {ab: {topology.servers: 3}}\n";
  expect_refused(one + "  alternative: abc\n", "f:16:16", "did you mean 'ab'");
  expect_refused(one + "  alternative: [ab, ab]\n", "f:16:21", "twice");
  expect_refused(one + "  alternative: []\n", "f:16:16", "empty");
  expect_refused(one, "--set plan.alternative=x: error: plan.alternative", "no alternative 'x'",
                 {"plan.alternative=x"});
}

TEST(PlanAlternatives, AMistakeSaysInWhichOfThemItIs) {
  expect_refused("  alternatives: {a: {topology.server: 3}, b: {topology.servers: 4}}\n",
                 "f:15:22: error: topology.server: unknown key", "(alternative a)");
  // A mistake of all is one mistake of the file.
  const std::string both =
      "  goal: quick\n  alternatives: {a: {topology.servers: 3}, b: "
      "{topology.servers: 4}}\n";
  try {
    read_small_plan(both);
    FAIL() << "no quick goal exists";
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.diagnostics().size(), 1U);
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("alternative")));
  }
}

TEST(PlanAlternatives, HavePricesAllOrNone) {
  expect_refused("  alternatives:\n    a: {plan.prices.gpu_hour: 2}\n    b: {training.gpu: h100}\n",
                 "f:17:8: error: plan.alternatives.b", "no prices");
}

TEST(PlanAlternatives, AreThePointsOfEachWithTheirNames) {
  const Plan plan = read_small_plan(kTwo);
  ASSERT_EQ(plan.set.points.size(), 3U);
  EXPECT_EQ(plan.set.points[0].choices,
            (Choices{{"plan.alternative", "large"}, {"training.micro_batch", "4"}}));
  EXPECT_EQ(plan.set.points[1].choices,
            (Choices{{"plan.alternative", "many"}, {"training.micro_batch", "2"}}));
  EXPECT_EQ(plan.set.points[0].job.gpus.types()[0].gpu->name, "h100");
  EXPECT_EQ(plan.set.points[1].job.gpus.types()[0].gpu->name, "a100_80gb");
  EXPECT_EQ(plan.set.points[0].job.network.cluster->topology.rank_count(), 8);
  EXPECT_EQ(plan.set.points[1].job.network.cluster->topology.rank_count(), 16);
  EXPECT_EQ(plan.spec_of(0).prices.gpu_hour, 3);
  EXPECT_EQ(plan.spec_of(2).prices.gpu_hour, 1);
  EXPECT_EQ(plan.spec_of(2).prices.power_hour, 1);  // of the file, since maps are merged
}

TEST(PlanAlternatives, OneThatIsPickedIsTheFileWithItsValues) {
  for (const char* pick : {"plan.alternative=large", "plan.alternative=[large]"}) {
    const Plan plan = read_small_plan(kTwo, {pick});
    ASSERT_EQ(plan.set.points.size(), 1U);
    EXPECT_TRUE(plan.set.points[0].choices.empty());
    EXPECT_EQ(plan.spec().alternative, "large");
  }
}

TEST(PlanAlternatives, WhatSetPutsInPlaceGoesForAllOfThem) {
  const Plan all = read_small_plan(kTwo, {"topology.servers=1", "training.micro_batch=8"});
  ASSERT_EQ(all.set.points.size(), 2U);
  for (const TrainingPoint& point : all.set.points) {
    EXPECT_EQ(point.job.network.cluster->topology.rank_count(), 4);
    EXPECT_EQ(point.job.parallelism.micro_batch, 8);
  }
  for (const char* one : {"plan.alternatives.many.topology.servers=1",
                          "plan.alternatives.many={topology.servers: 1}"}) {
    const Plan plan = read_small_plan(kTwo, {one, "plan.prices.gpu_hour=1"});
    EXPECT_EQ(plan.set.points.front().job.network.cluster->topology.rank_count(), 8) << one;
    EXPECT_EQ(plan.set.points.back().job.network.cluster->topology.rank_count(), 4) << one;
  }
}

TEST(PlanAlternatives, WhatSetPutsInOneIsOnTopOfWhatItPutsInAll) {
  const std::vector<std::string> one_last = {"topology.servers=2",
                                             "plan.alternatives.many.topology.servers=1"};
  const std::vector<std::string> one_first = {one_last[1], one_last[0]};
  for (const auto& overrides : {one_last, one_first}) {
    const Plan plan = read_small_plan(kTwo, overrides);
    EXPECT_EQ(plan.set.points.front().job.network.cluster->topology.rank_count(), 8);
    EXPECT_EQ(plan.set.points.back().job.network.cluster->topology.rank_count(), 4);
  }
}

TEST(PlanAlternatives, AreMadeByTheFileAlone) {
  expect_refused(kTwo, "--set plan.alternatives.larg.topology.servers=4", "did you mean 'large'?",
                 {"plan.alternatives.larg.topology.servers=4"});
  expect_refused("  goal: time\n", "--set", "the file has no alternatives",
                 {"plan.alternatives.large.topology.servers=4"});
}

TEST(PlanFile, AVariationLeavesOutAlternativesThatCannotHaveIt) {
  const ConfigDocument document = plan_document(
      "  prices: {power_hour: 1}\n"
      "  alternatives:\n"
      "    box: {plan.prices.gpu_hour: 1}\n"
      "    dgx: {topology.preset: dgx_h100}\n");
  EXPECT_EQ(read_variation(document, "topology.nics=1").set.points.size(), 2U);
  const Plan plan = read_variation(document, "topology.gpu_link.bandwidth=100 GB/s");
  ASSERT_EQ(plan.set.points.size(), 1U);
  EXPECT_EQ(plan.set.points.front().document, 1U);
  EXPECT_EQ(plan.set.points.front().choices.front().second, "dgx");
  EXPECT_THROW(read_variation(document, "topology.nics=0"), ConfigError);
}

TEST(PlanFile, ReportsAListAtItsKey) {
  expect_refused("  prices: {gpu: [3, 4]}\n", "f:15:17: error: plan.prices.gpu: ", "lists");
  expect_refused("  limits:\n    days: [3]\n", "f:16:11: error: plan.limits.days: ", "lists");
}

TEST(PlanFile, ReportsAQuestionAboutNoKeyWhereItIsAsked) {
  expect_unanswerable("topology.servrs, from: 2, to: 4", "did you mean 'servers'");
  expect_unanswerable("topology.kind.servers, from: 2, to: 4", "has no keys");
  expect_unanswerable("topology.servers, from: 0.25, to: 0.5", "topology.servers");
}

TEST(PlanFile, AQuestionMayHaveOneIllegalEnd) {
  const ConfigDocument document = plan_document(
      "  limits: {gpus: 8}\n  find: {key: topology.nics, from: 1, to: 3, wants: least}\n");
  EXPECT_NO_THROW(require_answerable(document, *read_plan(document).spec().find));
}

TEST(PlanFile, NamesTheDegreeThatDoesNotDivideBeforeWhatFollowsFromIt) {
  const Plan plan = read_small_plan("  goal: time\n", {"training.parallel.tensor=3"});
  ASSERT_EQ(plan.set.examples.size(), 1U);
  EXPECT_THAT(plan.set.examples.begin()->second, HasSubstr("tensor 3 must divide the heads, 16"));
}

}  // namespace
}  // namespace commsim::support::plan_file_test
