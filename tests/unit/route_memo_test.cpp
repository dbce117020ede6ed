// What a memo answers is what a search finds.
#include "topology/routing/route_memo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/leaf_spine.hpp"

namespace commsim::route_memo_test {
namespace {

std::set<LinkId> links_on_routes(const Topology& topology, auto& search, DeviceId from,
                                 DeviceId to) {
  std::set<LinkId> links;
  std::set<DeviceId> open{from};
  while (!open.empty()) {
    const DeviceId device = *open.begin();
    open.erase(open.begin());
    if (device == to) continue;
    for (const LinkId link : search.next(device)) {
      links.insert(link);
      open.insert(topology.link(link).to);
    }
  }
  return links;
}

void expect_same_routes(const Topology& topology) {
  RouteMemo memo(topology);
  RouteSearch search(topology);
  const auto count = static_cast<DeviceId>(topology.devices().size());
  for (int turn = 0; turn < 2; ++turn) {  // learnt, then remembered
    for (DeviceId from = 0; from < count; ++from) {
      for (DeviceId to = 0; to < count; ++to) {
        if (from == to) continue;
        ASSERT_EQ(memo.find(from, to), search.find(from, to).has_value()) << from << " " << to;
        ASSERT_EQ(links_on_routes(topology, memo, from, to),
                  links_on_routes(topology, search, from, to))
            << from << " to " << to;
      }
    }
  }
}

TEST(RouteMemo, FindsTheRoutesOfASearchOnALeafSpine) { expect_same_routes(leaf_spine(3, 4, 2)); }

TEST(RouteMemo, FindsTheRoutesOfASearchWhereCablesAreParallel) {
  expect_same_routes(parallel_cables(3, 4));
}

TEST(RouteMemo, FindsTheRoutesOfASearchOnADragonfly) { expect_same_routes(small_dragonfly(4)); }

TEST(RouteMemo, KnowsWhetherLinksAreAlike) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId left = builder.add_device(DeviceKind::kSwitch, "left");
  const DeviceId right = builder.add_device(DeviceKind::kSwitch, "right");
  builder.add_cable(a, left, {50_GBps, 1_usec});
  builder.add_cable(b, right, {50_GBps, 1_usec});
  builder.add_cable(left, right, {50_GBps, 1_usec});
  builder.add_cable(left, right, {25_GBps, 1_usec});
  const Topology topology = std::move(builder).seal();
  RouteMemo memo(topology);
  ASSERT_TRUE(memo.find(a, b));
  EXPECT_EQ(memo.next(left).size(), 2U);
  EXPECT_FALSE(memo.alike());
  EXPECT_EQ(memo.next(right).size(), 1U);
  EXPECT_TRUE(memo.alike());
}

}  // namespace
}  // namespace commsim::route_memo_test
