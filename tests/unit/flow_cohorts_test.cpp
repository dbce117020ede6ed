// How far flows are whose rates are given.
#include "sim/network/flow_cohorts.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace commsim::flow_cohorts_test {
namespace {

constexpr SimTime at(std::int64_t picoseconds) { return SimTime{Duration{picoseconds}}; }

// A byte in `picoseconds`.
FairRate byte_in(std::int64_t picoseconds) {
  return FairRate::of(8'000'000'000'000, picoseconds, 1);
}

std::vector<MessageId> ended(FlowCohorts& cohorts, SimTime now) {
  std::vector<MessageId> messages;
  for (const auto& flow : cohorts.end(now)) messages.push_back(flow.message);
  return messages;
}

TEST(FlowCohorts, EndFlowsOfOneRateTogether) {
  FlowCohorts cohorts;
  for (const MaxMin::ClassId id : {2U, 0U, 1U}) {
    cohorts.add(id, 100_B, 10 + id, at(0));
    cohorts.set_rate(id, byte_in(3), at(0));
  }
  ASSERT_EQ(cohorts.next_end(), at(300));
  EXPECT_EQ(ended(cohorts, at(300)), (std::vector<MessageId>{10, 11, 12}));
  EXPECT_EQ(cohorts.next_end(), std::nullopt);
}

TEST(FlowCohorts, EndNothingBeforeItsTime) {
  FlowCohorts cohorts;
  cohorts.add(0, 100_B, 7, at(0));
  cohorts.set_rate(0, byte_in(3), at(0));
  ASSERT_EQ(cohorts.next_end(), at(300));
  EXPECT_TRUE(ended(cohorts, at(299)).empty());
  EXPECT_EQ(cohorts.next_end(), at(300));
}

TEST(FlowCohorts, SplitWhereRatesPart) {
  FlowCohorts cohorts;
  for (const MaxMin::ClassId id : {0U, 1U, 2U}) {
    cohorts.add(id, 100_B, id, at(0));
    cohorts.set_rate(id, byte_in(4), at(0));
  }
  ASSERT_EQ(cohorts.next_end(), at(400));
  cohorts.set_rate(1, byte_in(2), at(200));  // has had 50 bytes
  cohorts.set_rate(2, byte_in(8), at(200));
  ASSERT_EQ(cohorts.next_end(), at(300));
  EXPECT_EQ(ended(cohorts, at(300)), (std::vector<MessageId>{1}));
  ASSERT_EQ(cohorts.next_end(), at(400));
  EXPECT_EQ(ended(cohorts, at(400)), (std::vector<MessageId>{0}));
  ASSERT_EQ(cohorts.next_end(), at(600));
  EXPECT_EQ(ended(cohorts, at(600)), (std::vector<MessageId>{2}));
}

TEST(FlowCohorts, ServeFlowsOfOneClassThatStartedAtDifferentTimes) {
  FlowCohorts cohorts;
  cohorts.add(0, 100_B, 1, at(0));
  cohorts.set_rate(0, byte_in(1), at(0));
  ASSERT_EQ(cohorts.next_end(), at(100));
  cohorts.add(0, 20_B, 2, at(40));  // overtakes the first one
  cohorts.add(0, 90_B, 3, at(40));
  cohorts.set_rate(0, byte_in(3), at(40));
  ASSERT_EQ(cohorts.next_end(), at(100));
  EXPECT_EQ(ended(cohorts, at(100)), (std::vector<MessageId>{2}));
  cohorts.set_rate(0, byte_in(2), at(100));
  ASSERT_EQ(cohorts.next_end(), at(180));
  EXPECT_EQ(ended(cohorts, at(180)), (std::vector<MessageId>{1}));
  cohorts.set_rate(0, byte_in(1), at(180));
  ASSERT_EQ(cohorts.next_end(), at(210));
  EXPECT_EQ(ended(cohorts, at(210)), (std::vector<MessageId>{3}));
}

TEST(FlowCohorts, StartAgainFromZeroInAClassThatWasEmpty) {
  FlowCohorts cohorts;
  for (int round = 0; round < 5; ++round) {
    const SimTime start = at(round * 1000);
    cohorts.add(0, 100_B, 1, start);
    cohorts.set_rate(0, byte_in(7), start);
    ASSERT_EQ(cohorts.next_end(), later(start, 700_psec));
    EXPECT_EQ(ended(cohorts, later(start, 700_psec)), (std::vector<MessageId>{1}));
    EXPECT_EQ(cohorts.next_end(), std::nullopt);
  }
}

}  // namespace
}  // namespace commsim::flow_cohorts_test
