#include "collectives/rank_layout.hpp"

#include <gtest/gtest.h>

#include "collectives/call_options.hpp"

namespace commsim::rank_layout_test {
namespace {

TEST(RankLayout, AFlatOneHasEveryRankOnItsOwn) {
  const RankLayout layout = RankLayout::flat(3);
  EXPECT_EQ(layout.servers, (std::vector<std::vector<Rank>>{{0}, {1}, {2}}));
  EXPECT_EQ(layout.ranks(), 3);
  EXPECT_EQ(layout.per_server(), 1);
}

TEST(RankLayout, AUniformOneNumbersRanksServerByServer) {
  const RankLayout layout = RankLayout::uniform(2, 3, 2);
  EXPECT_EQ(layout.servers, (std::vector<std::vector<Rank>>{{0, 1, 2}, {3, 4, 5}}));
  EXPECT_EQ(layout.rails, 2);
  EXPECT_EQ(layout.per_server(), 3);
}

TEST(RankLayout, ServersOfDifferentSizesHaveNoCommonSize) {
  const RankLayout layout{.servers = {{0, 1}, {2}}};
  EXPECT_EQ(layout.per_server(), 0);
  EXPECT_EQ(largest_server(layout), 2);
  EXPECT_EQ(servers_of(layout), (std::vector<int>{0, 0, 1}));
}

TEST(RankLayout, MixesLinksOnlyIfThereAreSeveralServersOfSeveralRanks) {
  EXPECT_FALSE(mixes_links(RankLayout::flat(4)));
  EXPECT_FALSE(mixes_links(RankLayout::uniform(1, 4)));
  EXPECT_TRUE(mixes_links(RankLayout::uniform(2, 2)));
}

TEST(UniformCost, IsThatOfTheOnlyKindOfLinkInUse) {
  const AlphaBetaCost inner{.bandwidth = 400_Gbps, .latency = 1_usec};
  const AlphaBetaCost outer{.bandwidth = 100_Gbps, .latency = 2_usec};
  EXPECT_EQ(uniform_cost(RankLayout::flat(4), inner, outer)->latency, outer.latency);
  EXPECT_EQ(uniform_cost(RankLayout::uniform(1, 4), inner, outer)->latency, inner.latency);
  EXPECT_FALSE(uniform_cost(RankLayout::uniform(2, 4), inner, outer).has_value());
  EXPECT_TRUE(uniform_cost(RankLayout::uniform(2, 4), inner, inner).has_value());
}

}  // namespace
}  // namespace commsim::rank_layout_test
