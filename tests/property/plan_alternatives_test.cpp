// The alternatives of a plan together are the plans that each of them is by itself.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <tuple>

#include "core/random.hpp"
#include "sim/plan/plan_search.hpp"
#include "tests/support/plans.hpp"

namespace commsim::support::plan_alternatives_test {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kWanted =
    "  goal: cost\n  prices: {power_hour: 0.1}\n  limits: {memory: 0.5, step: 250 ms}\n";

Values drawn(Random& random) {
  const auto one_of = [&](const std::vector<std::string>& all) {
    return all[random.below(all.size())];
  };
  return {{"training.gpu", one_of({"a100_40gb", "a100_80gb", "h100"})},
          {"topology.servers", one_of({"1", "2", "[2, 4]"})},
          {"topology.nic.bandwidth", one_of({"50 Gb/s", "[50 Gb/s, 200 Gb/s]"})},
          {"training.micro_batch", one_of({"2", "[2, 4]", "8"})},
          {"training.recompute", one_of({"none", "[none, selective, full]"})},
          {"training.overlap.bucket", one_of({"25 MiB", "[5 MiB, 25 MiB, 100 MiB]"})},
          {"plan.prices.gpu_hour", one_of({"1", "2", "3"})},
          {"plan.limits.price_per_hour", one_of({"20", "30", "100"})}};
}

using Known = std::tuple<Duration, double, double, Bytes, std::int64_t>;
Known known(const PlanCandidate& candidate) {
  return {candidate.step, candidate.per_hour, candidate.per_second, candidate.memory,
          candidate.gpus};
}
std::vector<Known> known(const std::vector<PlanCandidate>& candidates) {
  std::vector<Known> all;
  for (const PlanCandidate& candidate : candidates) all.push_back(known(candidate));
  return all;
}

// Each by itself, put in place by --set; behind each other, numbered on.
struct Union {
  std::vector<PlanCandidate> ranked;
  std::vector<PlanCandidate> front;
  std::vector<std::optional<Known>> best;  // of each
  std::map<std::string, std::int64_t> refused;
};

Union searched_one_by_one(const std::vector<Values>& alternatives) {
  Union all;
  std::size_t points = 0;
  for (const Values& values : alternatives) {
    std::vector<std::string> overrides;
    for (const auto& [path, value] : values) overrides.push_back(path + "=" + value);
    Plan plan = read_small_plan(kWanted, overrides);
    plan.specs.front().rows = 10'000;
    const PlanOutcome outcome = search(plan, {.jobs = 1});
    for (PlanCandidate candidate : outcome.ranked) {
      candidate.point += points;
      all.ranked.push_back(candidate);
    }
    all.best.push_back(outcome.ranked.empty() ? std::nullopt
                                              : std::optional(known(outcome.ranked.front())));
    for (const auto& [reason, count] : outcome.refused) all.refused[reason] += count;
    points += plan.set.points.size();
  }
  rank(PlanGoal::kCost, all.ranked);
  all.front = pareto_front(all.ranked);
  return all;
}

std::string plan_of(const std::vector<Values>& alternatives) {
  std::string text = std::string(kWanted) + "  alternatives:\n";
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    text += "    a" + std::to_string(i) + ":\n";
    for (const auto& [path, value] : alternatives[i]) text += "      " + path + ": " + value + "\n";
  }
  return text;
}

class PlanAlternativesLaw : public testing::TestWithParam<int> {};

TEST_P(PlanAlternativesLaw, TogetherTheyAreEachByItself) {
  Random random(static_cast<std::uint64_t>(GetParam()));
  std::vector<Values> alternatives(2 + random.below(2));
  for (Values& values : alternatives) values = drawn(random);
  const Union apart = searched_one_by_one(alternatives);
  Plan plan = read_small_plan(plan_of(alternatives));

  plan.specs.front().rows = 10'000;
  const PlanOutcome all = search(plan, {.jobs = 2});
  EXPECT_EQ(known(all.ranked), known(apart.ranked)) << plan_of(alternatives);
  EXPECT_EQ(known(all.front), known(apart.front));
  EXPECT_EQ(all.refused, apart.refused);

  // A short table is the beginning of the long one, and has the best of each as well.
  plan.specs.front().rows = 1;
  const PlanOutcome few = search(plan, {.jobs = 2});
  EXPECT_EQ(known(few.front), known(apart.front));
  std::vector<std::optional<Known>> best(alternatives.size());
  for (const PlanCandidate& candidate : few.ranked) {
    auto& own = best[plan.set.points[candidate.point].document];
    if (!own) own = known(candidate);
  }
  EXPECT_EQ(best, apart.best);
}

TEST(PlanAlternativesTable, AShortTableSkipsWhatCouldNotBeInIt) {
  const Values many = {{"topology.nic.bandwidth", "[50 Gb/s, 100 Gb/s, 200 Gb/s]"},
                       {"training.micro_batch", "[1, 2, 4, 8]"},
                       {"training.efficiency.products", "[0.7, 0.2]"},
                       {"training.recompute", "[none, selective, full]"},
                       {"training.overlap.bucket", "[5 MiB, 25 MiB, 100 MiB]"}};
  Plan plan = read_small_plan(plan_of({many, {{"training.gpu", "h100"}}}));
  plan.specs.front().rows = 1;
  const PlanOutcome few = search(plan, {.jobs = 1});
  EXPECT_GT(few.skipped, 0U);
  plan.specs.front().rows = 10'000;
  const PlanOutcome all = search(plan, {.jobs = 1});
  EXPECT_EQ(all.skipped, 0U);
  ASSERT_FALSE(all.ranked.empty());
  EXPECT_EQ(known(few.ranked.front()), known(all.ranked.front()));
  EXPECT_EQ(known(few.front), known(all.front));
}

INSTANTIATE_TEST_SUITE_P(Drawn, PlanAlternativesLaw, testing::Range(1, 13));

}  // namespace
}  // namespace commsim::support::plan_alternatives_test
