// Ranking, the front, limits and the search for a value.
#include "sim/plan/plan_candidate.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "sim/plan/plan_question.hpp"
#include "sim/plan/plan_search.hpp"
#include "sim/plan/plan_store.hpp"

namespace commsim::plan_candidate_test {
namespace {

PlanCandidate candidate(std::size_t point, double per_second, double per_hour) {
  return {
      .point = point, .step = 1_usec, .gpus = 8, .per_second = per_second, .per_hour = per_hour};
}

std::vector<std::size_t> points(const std::vector<PlanCandidate>& candidates) {
  std::vector<std::size_t> numbers;
  for (const PlanCandidate& one : candidates) numbers.push_back(one.point);
  return numbers;
}

TEST(PlanCandidate, IsRankedByTheGoalAndThenByItsPlaceInTheFile) {
  std::vector<PlanCandidate> all = {candidate(0, 10, 100), candidate(1, 20, 400),
                                    candidate(2, 20, 200), candidate(3, 5, 10)};
  rank(PlanGoal::kTime, all);
  EXPECT_EQ(points(all), (std::vector<std::size_t>{1, 2, 0, 3}));
  rank(PlanGoal::kCost, all);
  EXPECT_EQ(points(all), (std::vector<std::size_t>{3, 0, 2, 1}));
}

TEST(PlanCandidate, TheFrontHoldsWhatNothingBeatsInBoth) {
  const auto front =
      pareto_front({candidate(0, 10, 100), candidate(1, 20, 400), candidate(2, 20, 300),
                    candidate(3, 5, 10), candidate(4, 4, 40)});
  EXPECT_EQ(points(front), (std::vector<std::size_t>{2, 0, 3}));
}

TEST(PlanCandidate, CostsWhatItsHoursCost) {
  const PlanCandidate one = candidate(0, 1000, 36);
  EXPECT_DOUBLE_EQ(one.unit_cost(), 36.0 / 3600 / 1000);
  EXPECT_DOUBLE_EQ(one.days(86'400'000), 1);
  EXPECT_DOUBLE_EQ(one.cost(86'400'000), 24 * 36);
}

TEST(PlanCandidate, BreaksTheLimitThatItBreaks) {
  const PlanCandidate one = candidate(0, 1000, 36);
  PlanSpec spec{.tokens = 86'400'000};
  EXPECT_FALSE(broken_limit(spec, one));
  spec.limits.days = 0.5;
  EXPECT_EQ(broken_limit(spec, one), "more than 0.5 days");
  spec.limits.gpus = 4;
  EXPECT_EQ(broken_limit(spec, one), "more than 4 GPUs");
}

// Attempts that hold from a value on.
Attempt holds_from(double least) {
  return [=](const std::string& value) -> std::optional<PlanCandidate> {
    if (std::stod(value) < least) return std::nullopt;
    return PlanCandidate{};
  };
}

TEST(PlanQuestion, FindsTheLeastWholeNumber) {
  const PlanAnswer found =
      answer({.key = "topology.servers", .range = range_of("1", "64")}, holds_from(23));
  EXPECT_EQ(found.value, "23");
  EXPECT_EQ(found.fails, "22");
}

TEST(PlanQuestion, FindsABandwidthToOnePercent) {
  const PlanAnswer found = answer(
      {.key = "topology.nic.bandwidth", .range = range_of("1 Gb/s", "800 Gb/s")}, holds_from(123));
  ASSERT_TRUE(found.value);
  EXPECT_GE(std::stod(*found.value), 123);
  EXPECT_LE(std::stod(*found.value), 1.011 * 123);
}

TEST(PlanQuestion, FindsTheLargest) {
  const Attempt small = [](const std::string& value) -> std::optional<PlanCandidate> {
    if (std::stod(value) > 6) return std::nullopt;
    return PlanCandidate{};
  };
  const PlanAnswer found = answer(
      {.key = "topology.oversubscription", .range = range_of("1", "16"), .wants_least = false},
      small);
  EXPECT_EQ(found.value, "6");
}

TEST(PlanQuestion, TriesEachOfAFewWholeNumbers) {
  const Attempt divides = [](const std::string& value) -> std::optional<PlanCandidate> {
    if (1024 % std::stoi(value) != 0 || std::stoi(value) < 5) return std::nullopt;
    return PlanCandidate{};
  };
  EXPECT_EQ(answer({.key = "topology.servers", .range = range_of("1", "12")}, divides).value, "8");
}

TEST(PlanQuestion, FindsAnIntervalWhoseBetterEndIsTooDear) {
  const Attempt between = [](const std::string& value) -> std::optional<PlanCandidate> {
    const double gigabits = std::stod(value);
    if (gigabits < 20 || gigabits > 150) return std::nullopt;
    return PlanCandidate{};
  };
  PlanQuestion asked{.key = "topology.nic.bandwidth", .range = range_of("1 Gb/s", "400 Gb/s")};
  const PlanAnswer least = answer(asked, between);
  ASSERT_TRUE(least.value);
  EXPECT_NEAR(std::stod(*least.value), 20, 0.3);
  asked.wants_least = false;
  const PlanAnswer largest = answer(asked, between);
  ASSERT_TRUE(largest.value);
  EXPECT_NEAR(std::stod(*largest.value), 150, 2);
}

TEST(PlanQuestion, SaysWhereNothingOrEverythingDoes) {
  const PlanQuestion asked{.key = "x", .range = range_of("2", "9")};
  EXPECT_FALSE(answer(asked, holds_from(10)).value);
  const PlanAnswer all = answer(asked, holds_from(0));
  EXPECT_EQ(all.value, "2");
  EXPECT_FALSE(all.fails);
}

TEST(PlanRange, RefusesWhatIsNone) {
  for (const auto& [least, most] : std::vector<std::pair<const char*, const char*>>{
           {"9", "2"}, {"3", "3"}, {"0", "5"}, {"-1", "5"}, {"1 Gb/s", "2"}, {"few", "many"}}) {
    EXPECT_THROW(range_of(least, most), RequestError) << least;
  }
}

TEST(PlanRange, WritesValuesAsItReadsThem) {
  EXPECT_EQ(range_of("1 us", "1 ms").text(5e-6), "5 us");
  EXPECT_EQ(range_of("1 us", "10 ms").text(0.01), "10000 us");
  EXPECT_EQ(range_of("1 Gb/s", "400 Tb/s").text(5e13), "400000 Gb/s");
  EXPECT_EQ(range_of("1 MiB", "1 GiB").text(2048), "2048 B");
  EXPECT_EQ(range_of("0.5", "2.5").text(1.25), "1.25");
  EXPECT_FALSE(range_of("0.5", "2.5").whole);
}

TEST(PlanEnding, TravelsToTheLastBit) {
  PlanEnding sent;
  sent.candidate = candidate(7, 0.1 + 0.2, 5e-324);
  sent.candidate->memory = 3_GiB;
  sent.candidate->bottleneck = "tensor";
  const PlanEnding came = unpacked_ending(packed(sent));
  ASSERT_TRUE(came.candidate);
  EXPECT_EQ(came.candidate->per_second, 0.1 + 0.2);
  EXPECT_EQ(came.candidate->per_hour, 5e-324);
  EXPECT_EQ(came.candidate->memory, 3_GiB);
  EXPECT_EQ(came.candidate->bottleneck, "tensor");
  EXPECT_EQ(came.candidate->step, 1_usec);
  EXPECT_EQ(unpacked_ending(packed(PlanEnding{.candidate = {}, .refusal = "no"})).refusal, "no");
}

TEST(PlanRequest, NamesThePointAndTheVariation) {
  const PlanRequest plain = plan_request(to_text(PlanRequest{.point = 12, .variation = ""}));
  EXPECT_EQ(plain.point, 12U);
  EXPECT_EQ(plain.variation, "");
  EXPECT_EQ(plan_request("3 a.b=100 Gb/s").variation, "a.b=100 Gb/s");
}

class PlanStoreFile : public testing::Test {
 protected:
  ~PlanStoreFile() override {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + end);
  }

  // Tests run at the same time, each in its own process.
  std::string file_ = testing::TempDir() +
                      testing::UnitTest::GetInstance()->current_test_info()->name() + ".sqlite";
};

TEST_F(PlanStoreFile, KeepsWhatAPlanFoundOut) {
  const PlanCandidate one{.point = 3,
                          .step = 5_usec,
                          .gpus = 16,
                          .per_second = 1.25,
                          .per_hour = 2.5,
                          .mfu = 0.5,
                          .memory = 1_GiB,
                          .bottleneck = "data"};
  {
    PlanStore store(file_, 7);
    store.put(one, "tensor=8");
    store.put({4, "does not fit"}, "tensor=1");
  }
  const PlanStore again(file_, 7);
  ASSERT_EQ(again.candidates().size(), 1U);
  EXPECT_EQ(again.candidates()[0].point, 3U);
  EXPECT_EQ(again.candidates()[0].step, 5_usec);
  EXPECT_EQ(again.candidates()[0].per_second, 1.25);
  EXPECT_EQ(again.candidates()[0].memory, 1_GiB);
  EXPECT_EQ(again.candidates()[0].bottleneck, "data");
  ASSERT_EQ(again.refusals().size(), 1U);
  EXPECT_EQ(again.refusals()[0].reason, "does not fit");
}

TEST_F(PlanStoreFile, LeavesAnotherPlanAlone) {
  { PlanStore(file_, 7).put(PlanStore::Refusal{4, "does not fit"}, ""); }
  EXPECT_THROW(PlanStore(file_, 8), RequestError);
  EXPECT_EQ(PlanStore(file_, 7).refusals().size(), 1U);
}

TEST_F(PlanStoreFile, RefusesWhatIsNoDatabase) {
  std::ofstream(file_) << "This is not a database, and it is long enough to be seen as none.\n";
  EXPECT_THROW(PlanStore(file_, 7), MachineError);
  EXPECT_THROW(PlanStore("/nowhere/at/all.sqlite", 7), MachineError);
}

}  // namespace
}  // namespace commsim::plan_candidate_test
