#include "sim/engine/arrival_batches.hpp"

#include <gtest/gtest.h>

namespace commsim::arrival_batches_test {
namespace {

using Ids = std::vector<MessageId>;

constexpr SimTime at(std::int64_t picoseconds) { return SimTime{Duration{picoseconds}}; }

TEST(ArrivalBatches, NeedOneEventForAllThatArriveTogether) {
  ArrivalBatches batches;
  const auto first = batches.add(3, at(10));
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(batches.add(1, at(10)).has_value());
  const auto second = batches.add(2, at(11));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(batches.take(*first), (Ids{3, 1}));
  EXPECT_EQ(batches.take(*second), (Ids{2}));
}

// A message of no size and no latency arrives at the instant that is under way.
TEST(ArrivalBatches, AddNothingToABatchThatHasArrived) {
  ArrivalBatches batches;
  const auto first = batches.add(3, at(10));
  EXPECT_EQ(batches.take(*first), (Ids{3}));
  const auto again = batches.add(4, at(10));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(batches.take(*again), (Ids{4}));
}

}  // namespace
}  // namespace commsim::arrival_batches_test
