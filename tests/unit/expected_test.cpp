#include "sim/engine/expected.hpp"

#include <gtest/gtest.h>

namespace commsim::expected_test {
namespace {

Expected of(const std::vector<Sender>& senders) {
  Expected expected;
  expected.reserve(senders.size());
  for (const Sender sender : senders) expected.add(sender);
  expected.seal();
  return expected;
}

TEST(Expected, KnowsNobodyWhoWasNotAdded) {
  Expected expected = of({7, 6, 5, 4, 3, 1, 0, 12, 11, 10, 9});
  EXPECT_FALSE(expected.take(2));
  EXPECT_FALSE(expected.take(8));
  EXPECT_FALSE(expected.take(13));
}

// As programs go round: down, up, across the last number, and in no order.
TEST(Expected, FindsEachSenderOnceInWhateverOrderTheyWereAdded) {
  const std::vector<std::vector<Sender>> orders{{5},
                                                {5, 4},
                                                {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                                                {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
                                                {4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 5},
                                                {7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6},
                                                {3, 9, 1, 0, 11, 5, 2, 4, 8, 10, 6, 7}};
  for (const auto& order : orders) {
    Expected expected = of(order);
    for (const Sender sender : order) {
      EXPECT_FALSE(expected.empty());
      EXPECT_TRUE(expected.take(sender)) << sender;
      EXPECT_FALSE(expected.take(sender)) << sender;
    }
    EXPECT_TRUE(expected.empty());
  }
}

}  // namespace
}  // namespace commsim::expected_test
