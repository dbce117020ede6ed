#include "sim/engine/pair_table.hpp"

#include <gtest/gtest.h>

namespace commsim::pair_table_test {
namespace {

TEST(PairTable, GivesAFreshEntryForEachReceiver) {
  PairTable table;
  for (Rank to = 0; to < 1000; ++to) EXPECT_EQ(table[to].flows, 0U);
}

TEST(PairTable, FindsAgainWhatItWasTold) {
  PairTable table;
  constexpr Rank kStride = 4096;  // all fall on few places of a table that only masks
  for (Rank i = 0; i < 200; ++i) {
    auto& pair = table[i * kStride];
    pair.flows = 1;
    pair.route = static_cast<RouteId>(i);
  }
  for (Rank i = 0; i < 200; ++i) {
    EXPECT_EQ(table[i * kStride].to, i * kStride);
    EXPECT_EQ(table[i * kStride].flows, 1U);
    EXPECT_EQ(table[i * kStride].route, static_cast<RouteId>(i));
  }
}

}  // namespace
}  // namespace commsim::pair_table_test
