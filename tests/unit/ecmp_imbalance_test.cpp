#include "topology/analysis/ecmp_imbalance.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/leaf_spine.hpp"
#include "tests/support/topology.hpp"

namespace commsim::ecmp_imbalance_test {
namespace {

TEST(EcmpImbalance, IsNothingWhereEveryPairHasOneRoute) {
  EXPECT_FALSE(ecmp_imbalance(leaf_spine(2, 4, 1)));
  EXPECT_FALSE(ecmp_imbalance(topology_of("switch", small_section(1))));
  EXPECT_FALSE(ecmp_imbalance(topology_of("switch", small_section(16))));
}

// One rank each side and two cables: either direction has one flow, which fills one cable instead
// of half of both, but the ranks' own cables are as full under spray.
TEST(EcmpImbalance, IsNoneWhereTheRanksOwnLinksAreAsBusy) {
  const auto found = ecmp_imbalance(parallel_cables(1, 2));
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->mean, 1);
  EXPECT_DOUBLE_EQ(found->worst, 1);
  EXPECT_EQ(found->patterns, 100);
}

// 8 leaves of 8 ranks, 8 spines: each leaf hashes some 7 flows onto 8 spines, so that the fullest
// of 8 * 8 * 2 cables carries 3 to 4.
TEST(EcmpImbalance, GrowsWithCollisions) {
  const auto small = ecmp_imbalance(leaf_spine(2, 2, 2));
  const auto large = ecmp_imbalance(leaf_spine(8, 8, 8));
  ASSERT_TRUE(small && large);
  EXPECT_GT(small->mean, 1.2);
  EXPECT_LT(small->mean, 2.0);
  EXPECT_GT(large->mean, 3.0);
  EXPECT_LT(large->mean, 4.5);
  EXPECT_GE(large->worst, 4);
  EXPECT_EQ(ecmp_imbalance(leaf_spine(8, 8, 8))->mean, large->mean);
}

TEST(EcmpImbalance, LooksAtFewerPatternsOfManyRanks) {
  const auto start = std::chrono::steady_clock::now();
  const auto found = ecmp_imbalance(leaf_spine(64, 64, 32));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->patterns, 8);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
}

}  // namespace
}  // namespace commsim::ecmp_imbalance_test
