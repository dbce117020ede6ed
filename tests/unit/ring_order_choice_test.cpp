// Which order a call chooses for its rings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "collectives/programs/ring_order.hpp"

namespace commsim::ring_order_choice_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

CollectiveCall on_servers(const char* order, int channels) {
  CollectiveCall call;
  call.layout = RankLayout::uniform(2, 4, 4);
  call.order = order;
  call.channels = channels;
  return call;
}

TEST(RingOrderChoice, RefusesAnotherOrder) {
  EXPECT_THAT([] { ring_orders(on_servers("topologie", 1)); },
              ThrowsMessage<RequestError>(AllOf(HasSubstr("unknown order 'topologie'"),
                                                HasSubstr("did you mean 'topology'?"),
                                                HasSubstr("plain"))));
}

TEST(RingOrderChoice, RefusesMorePlainRingsThanNcclHasChannels) {
  EXPECT_EQ(ring_orders(on_servers("plain", 64)).size(), 64U);
  EXPECT_THROW(ring_orders(on_servers("plain", 65)), RequestError);
  EXPECT_THROW(ring_orders(on_servers("plain", 0)), RequestError);
}

TEST(RingOrderChoice, PlainIsTheOrderOfNumbersForEveryChannel) {
  std::vector<Rank> numbers(8);
  std::iota(numbers.begin(), numbers.end(), 0);
  CollectiveCall call = on_servers("plain", 3);
  call.layout.servers = {{4, 5, 6, 7}, {0, 1, 2, 3}};
  for (const auto& order : ring_orders(call)) EXPECT_EQ(order, numbers);
}

TEST(RingOrderChoice, TopologyIsTheDefault) {
  CollectiveCall call = on_servers("topology", 4);
  const auto named = ring_orders(call);
  call.order.reset();
  EXPECT_EQ(ring_orders(call), named);
  EXPECT_EQ(ring_orders(call.layout, 4), named);
}

TEST(RingOrderChoice, TheLayoutsOwnRingGoesBothWays) {
  CollectiveCall call = on_servers("topology", 3);
  call.layout.ring = {0, 2, 1, 3, 7, 5, 6, 4};
  const auto orders = ring_orders(call);
  ASSERT_EQ(orders.size(), 3U);
  EXPECT_EQ(orders[0], call.layout.ring);
  EXPECT_EQ(orders[1], (std::vector<Rank>{4, 6, 5, 7, 3, 1, 2, 0}));
  EXPECT_EQ(orders[2], call.layout.ring);
  call.order = "plain";
  EXPECT_EQ(ring_orders(call)[1].front(), 0);
}

}  // namespace
}  // namespace commsim::ring_order_choice_test
