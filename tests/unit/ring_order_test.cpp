#include "collectives/programs/ring_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace commsim::ring_order_test {
namespace {

using Links = std::multiset<std::pair<Rank, Rank>>;

Links links_of(const std::vector<std::vector<Rank>>& orders) {
  Links links;
  for (const auto& order : orders) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      links.emplace(order[i], order[(i + 1) % order.size()]);
    }
  }
  return links;
}

bool lists_all_once(std::vector<Rank> order, Rank ranks) {
  std::sort(order.begin(), order.end());
  for (Rank r = 0; r < ranks; ++r) {
    if (order[static_cast<std::size_t>(r)] != r) return false;
  }
  return static_cast<Rank>(order.size()) == ranks;
}

TEST(RingOrder, RefusesMoreRingsThanStridesCoprimeToTheRanks) {
  EXPECT_NO_THROW(ring_orders(RankLayout::flat(8), 4));
  EXPECT_THROW(ring_orders(RankLayout::flat(8), 5), RequestError);
  EXPECT_NO_THROW(ring_orders(RankLayout::flat(2), 1));
  EXPECT_THROW(ring_orders(RankLayout::flat(2), 2), RequestError);
  EXPECT_THROW(ring_orders(RankLayout::flat(8), 0), RequestError);
}

TEST(RingOrder, RefusesMoreRingsThanTheLargestServerHasRanksOrNics) {
  EXPECT_NO_THROW(ring_orders(RankLayout::uniform(2, 4), 4));
  EXPECT_THROW(ring_orders(RankLayout::uniform(2, 4), 5), RequestError);
  EXPECT_NO_THROW(ring_orders(RankLayout::uniform(2, 4, 16), 16));
  EXPECT_THROW(ring_orders(RankLayout::uniform(2, 4, 16), 17), RequestError);
}

TEST(RingOrder, HasARingForEachNicUpToThirtyTwoByDefault) {
  const auto rings = [](int rails) {
    CollectiveCall call;
    call.layout = RankLayout::uniform(2, 8, rails);
    return ring_orders(call).size();
  };
  EXPECT_EQ(rings(4), 4U);
  EXPECT_EQ(rings(8), 8U);
  EXPECT_EQ(rings(32), 32U);
  EXPECT_EQ(rings(72), 32U);
}

TEST(RingOrder, StridesComeInOppositePairs) {
  const auto orders = ring_orders(RankLayout::flat(8), 4);
  EXPECT_EQ(orders[0], (std::vector<Rank>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(orders[1], (std::vector<Rank>{0, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(orders[2], (std::vector<Rank>{0, 3, 6, 1, 4, 7, 2, 5}));
  EXPECT_EQ(orders[3], (std::vector<Rank>{0, 5, 2, 7, 4, 1, 6, 3}));
}

TEST(RingOrder, RingsOfOneServerShareNoDirectedLink) {
  const auto orders = ring_orders(RankLayout::uniform(1, 7), 6);
  const Links links = links_of(orders);
  EXPECT_EQ(links.size(), 42U);
  EXPECT_EQ((std::set<std::pair<Rank, Rank>>(links.begin(), links.end()).size()), 42U);
}

TEST(RingOrder, EvenServersUseEveryOrderedPairOfTheirRanksOnce) {
  for (const int g : {2, 4, 8}) {
    const RankLayout layout = RankLayout::uniform(2, g, g);
    const Links links = links_of(ring_orders(layout, g));
    for (const auto& server : layout.servers) {
      for (const Rank a : server) {
        for (const Rank b : server) {
          EXPECT_EQ(links.count({a, b}), a == b ? 0U : 1U) << a << " to " << b;
        }
      }
    }
  }
}

// GPU g stands behind NIC g nics / gpus: four rings of eight GPUs enter by four NICs and leave by
// four.
TEST(RingOrder, FewerRingsThanRanksSpreadOverTheNics) {
  const auto orders = ring_orders(RankLayout::uniform(2, 8, 4), 4);
  std::set<Rank> entries;
  std::set<Rank> exits;
  for (const auto& order : orders) {
    entries.insert(order.front() / 2);
    exits.insert(order[7] / 2);
  }
  EXPECT_EQ(entries.size(), 4U);
  EXPECT_EQ(exits.size(), 4U);
}

TEST(RingOrder, AnEvenNumberOfServersMeetOnTheSameRail) {
  const int g = 8;
  const auto orders = ring_orders(RankLayout::uniform(4, g, g), g);
  for (const auto& [from, to] : links_of(orders)) {
    EXPECT_TRUE(from / g == to / g || from % g == to % g) << from << " to " << to;
  }
}

TEST(RingOrder, EveryRingVisitsEveryRankOnce) {
  for (Rank p = 1; p < 20; ++p)
    EXPECT_TRUE(lists_all_once(ring_orders(RankLayout::flat(p), 1)[0], p));
  const RankLayout uneven{.servers = {{0, 3, 4}, {1}, {2, 5}}, .rails = 3};
  for (const auto& order : ring_orders(uneven, 3)) EXPECT_TRUE(lists_all_once(order, 6));
}

TEST(RingOrder, TheDefaultIsOneRingForEachRailBetweenServersOfSeveralRanks) {
  CollectiveCall call;
  call.layout = RankLayout::uniform(2, 4, 2);
  EXPECT_EQ(ring_orders(call).size(), 2U);
  call.layout = RankLayout::uniform(2, 4, 16);
  EXPECT_EQ(ring_orders(call).size(), 16U);
  call.layout = RankLayout::uniform(2, 4, 40);
  EXPECT_EQ(ring_orders(call).size(), 32U);
  call.layout = RankLayout::uniform(1, 8, 8);
  EXPECT_EQ(ring_orders(call).size(), 1U);
  call.layout = RankLayout::flat(8);
  EXPECT_EQ(ring_orders(call).size(), 1U);
}

}  // namespace
}  // namespace commsim::ring_order_test
