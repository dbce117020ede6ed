#include "sim/engine/pair_table.hpp"

#include <gtest/gtest.h>

namespace commsim::pair_table_test {
namespace {

TEST(PairTable, GivesAFreshEntryForEachReceiver) {
  PairTable table;
  for (Rank to = 0; to < 1000; ++to) EXPECT_EQ(table[to].route, kNoRoute);
}

TEST(PairTable, FindsAgainWhatItWasTold) {
  PairTable table;
  constexpr Rank kStride = 4096;  // all fall on few places of a table that only masks
  for (Rank i = 0; i < 200; ++i) {
    auto& pair = table[i * kStride];
    pair.flow = 1;
    pair.route = static_cast<RouteId>(i);
  }
  for (Rank i = 0; i < 200; ++i) {
    EXPECT_EQ(table[i * kStride].to, i * kStride);
    EXPECT_EQ(table[i * kStride].flow, 1U);
    EXPECT_EQ(table[i * kStride].route, static_cast<RouteId>(i));
  }
}

// Small numbers have places of their own, until a large one comes.
TEST(PairTable, FindsSmallNumbersBesideLargeOnes) {
  PairTable table;
  for (Rank to = 100; to-- > 0;) table[to].route = static_cast<RouteId>(to);
  table[1'000'000].route = 7;
  for (Rank to = 0; to < 100; ++to) EXPECT_EQ(table[to].route, static_cast<RouteId>(to));
  EXPECT_EQ(table[1'000'000].route, 7U);
  EXPECT_EQ(table[999'999].route, kNoRoute);
}

}  // namespace
}  // namespace commsim::pair_table_test
