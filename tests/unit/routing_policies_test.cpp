// What each policy promises, on networks small enough to see.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "core/random.hpp"
#include "tests/support/leaf_spine.hpp"
#include "tests/support/topology.hpp"
#include "topology/routing/static_routes.hpp"

namespace commsim::routing_policies_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const RoutingPolicy& policy(std::string_view name) {
  return Registry<RoutingPolicy>::get(name, "routing");
}

std::vector<std::string> names(const Topology& topology, std::span<const LinkId> links) {
  std::vector<std::string> all;
  for (const LinkId link : links) all.push_back(topology.link_name(link));
  return all;
}

std::vector<LinkId> links(const Topology& topology, std::string_view rule, Rank from, Rank to,
                          RoutingSettings settings = {}) {
  Router router(topology, policy(rule), settings);
  std::vector<LinkId> route;
  router.route(flow_of(topology, from, to), route);
  return route;
}

std::vector<std::string> hops(const Topology& topology, std::string_view rule, Rank from, Rank to,
                              RoutingSettings settings = {}) {
  return names(topology, links(topology, rule, from, to, settings));
}

// a and b are joined by a narrow quick cable, by a wide slow one over s, and by a middling way over
// t and u that has the least latency.
Topology three_ways() {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  const DeviceId t = builder.add_device(DeviceKind::kSwitch, "t");
  const DeviceId u = builder.add_device(DeviceKind::kSwitch, "u");
  builder.add_cable(a, b, {.bandwidth = 1_GBps, .latency = 4_usec});
  builder.add_cable(a, s, {.bandwidth = 9_GBps, .latency = 5_usec});
  builder.add_cable(s, b, {.bandwidth = 9_GBps, .latency = 5_usec});
  builder.add_cable(a, t, {.bandwidth = 5_GBps, .latency = 1_usec});
  builder.add_cable(t, u, {.bandwidth = 5_GBps, .latency = 1_usec});
  builder.add_cable(u, b, {.bandwidth = 5_GBps, .latency = 1_usec});
  return std::move(builder).seal();
}

TEST(RoutingPolicies, AreAllThere) {
  EXPECT_THAT(Registry<RoutingPolicy>::names(),
              testing::IsSupersetOf({"adaptive", "ecmp", "lowest_latency", "minimal", "shortest",
                                     "spray", "static", "valiant", "widest"}));
}

TEST(RoutingPolicies, HaveNoWayFromADeviceToItself) {
  const Topology topology = leaf_spine(2, 2, 2);
  for (const RoutingPolicy* each : Registry<RoutingPolicy>::entries()) {
    Router router(topology, *each, {});
    EXPECT_THAT(router.routes(flow_of(topology, 1, 1)), IsEmpty()) << each->name;
  }
}

TEST(RoutingPolicies, RefuseDevicesThatNoRouteJoins) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId deaf = builder.add_device(DeviceKind::kSwitch, "deaf");
  builder.add_cable(a, b, {.bandwidth = 1_GBps});
  builder.add_link(deaf, a, {.bandwidth = 1_GBps});
  const Topology topology = std::move(builder).seal();
  for (const RoutingPolicy* each : Registry<RoutingPolicy>::entries()) {
    Router router(topology, *each, {});
    EXPECT_THAT([&] { router.routes({.from = b, .to = deaf}); },
                testing::ThrowsMessage<RequestError>("no route leads from 'b' to 'deaf'"))
        << each->name;
  }
}

// Any device may be the end of a route, and those that are not the end are passed as ever.
TEST(RoutingPolicies, LeadToAndFromAnyDevice) {
  const Topology topology = leaf_spine(2, 2, 1);
  constexpr DeviceId kGpu = 3;
  constexpr DeviceId kLeaf = 4;
  constexpr DeviceId kSpine = 6;
  for (const RoutingPolicy* each : Registry<RoutingPolicy>::entries()) {
    Router router(topology, *each, {});
    std::vector<LinkId> route;
    router.route({.from = kSpine, .to = kGpu}, route);
    EXPECT_THAT(names(topology, route), ElementsAre("spine0>leaf1", "leaf1>gpu3")) << each->name;
    router.route({.from = kGpu, .to = kLeaf}, route);
    EXPECT_THAT(names(topology, route), ElementsAre("gpu3>leaf1", "leaf1>spine0", "spine0>leaf0"))
        << each->name;
  }
}

TEST(RoutingPolicies, HaveOtherMeasures) {
  const Topology topology = three_ways();
  EXPECT_THAT(hops(topology, "shortest", 0, 1), ElementsAre("a>b"));
  EXPECT_THAT(hops(topology, "lowest_latency", 0, 1), ElementsAre("a>t", "t>u", "u>b"));
  EXPECT_THAT(hops(topology, "widest", 0, 1), ElementsAre("a>s", "s>b"));
}

TEST(LowestLatency, TakesTheFewestLinksAmongEquals) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  builder.add_cable(a, s, {.bandwidth = 9_GBps, .latency = 1_usec});
  builder.add_cable(s, b, {.bandwidth = 9_GBps, .latency = 1_usec});
  builder.add_cable(a, b, {.bandwidth = 1_GBps, .latency = 2_usec});
  EXPECT_THAT(hops(std::move(builder).seal(), "lowest_latency", 0, 1), ElementsAre("a>b"));
}

// A narrow last link makes wide detours before it worthless: fewest links count from there.
TEST(Widest, TakesTheFewestLinksAmongThoseThatAreNotNarrower) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  const DeviceId t = builder.add_device(DeviceKind::kSwitch, "t");
  builder.add_cable(a, s, {.bandwidth = 9_GBps});
  builder.add_cable(s, t, {.bandwidth = 9_GBps});
  builder.add_cable(a, t, {.bandwidth = 2_GBps});
  builder.add_cable(t, b, {.bandwidth = 1_GBps});
  EXPECT_THAT(hops(std::move(builder).seal(), "widest", 0, 1), ElementsAre("a>t", "t>b"));
}

TEST(Spray, SplitsEvenlyHopByHop) {
  const Topology topology = leaf_spine(2, 1, 3);
  Router router(topology, policy("spray"), {});
  const auto routes = router.routes(flow_of(topology, 0, 1));
  ASSERT_THAT(routes, SizeIs(1));
  EXPECT_EQ(routes[0].whole, 3);
  EXPECT_THAT(routes[0].shares, ElementsAre(3, 1, 1, 1, 1, 1, 1, 3));
  EXPECT_EQ(topology.link_name(routes[0].links.front()), "gpu0>leaf0");
  EXPECT_EQ(topology.link_name(routes[0].links.back()), "leaf1>gpu1");
}

TEST(Spray, DoesNotSplitASingleRoute) {
  const Topology topology = leaf_spine(1, 2, 1);
  Router router(topology, policy("spray"), {});
  const auto routes = router.routes(flow_of(topology, 0, 1));
  EXPECT_EQ(routes[0].whole, 1);
  EXPECT_THAT(routes[0].shares, IsEmpty());
  EXPECT_THAT(names(topology, routes[0].links), ElementsAre("gpu0>leaf0", "leaf0>gpu1"));
}

// Both connections of a message may be hashed onto the same spine.
TEST(EcmpConnections, ShareAMessageEvenly) {
  const Topology topology = leaf_spine(2, 1, 4);
  std::set<std::size_t> widths;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    Router router(topology, policy("ecmp"), {.seed = seed, .connections = 2});
    const auto routes = router.routes(flow_of(topology, 0, 1));
    ASSERT_THAT(routes, SizeIs(1));
    widths.insert(routes[0].links.size());
    if (routes[0].links.size() == 4) {
      EXPECT_EQ(routes[0].whole, 1);
    } else {
      EXPECT_EQ(routes[0].whole, 2);
      EXPECT_THAT(routes[0].shares, ElementsAre(2, 1, 1, 1, 1, 2));
    }
  }
  EXPECT_THAT(widths, ElementsAre(4U, 6U));
}

TEST(Adaptive, PlansEveryRouteOfTheFewestLinks) {
  const Topology topology = leaf_spine(2, 1, 5);
  Router router(topology, policy("adaptive"), {});
  const auto routes = router.routes(flow_of(topology, 0, 1));
  ASSERT_THAT(routes, SizeIs(5));
  std::set<std::string> spines;
  for (const PlannedRoute& route : routes) {
    ASSERT_THAT(route.links, SizeIs(4));
    spines.insert(topology.link_name(route.links[1]));
  }
  EXPECT_THAT(spines, SizeIs(5));
}

TEST(Adaptive, PlansAFairSampleWhereThereAreTooMany) {
  const Topology topology = leaf_spine(2, 1, 256);
  Router router(topology, policy("adaptive"), {});
  const auto routes = router.routes(flow_of(topology, 0, 1));
  EXPECT_LE(routes.size(), 64U);
  EXPECT_GE(routes.size(), 40U);  // 64 of 256 with repetition: 57 expected
  std::size_t upper = 0;
  for (const PlannedRoute& route : routes) {
    upper += topology.link(route.links[1]).to >= 4 + 128 ? 1U : 0U;
  }
  EXPECT_GT(upper, routes.size() / 5);
}

int global_links(const Topology& topology, const std::vector<LinkId>& route) {
  int count = 0;
  for (const LinkId id : route) {
    count += topology.media()[topology.link(id).medium] == "global" ? 1 : 0;
  }
  return count;
}

TEST(Minimal, CrossesOneGlobalLinkBetweenGroupsAndNoneWithin) {
  const Topology topology = small_dragonfly(5);
  for (Rank from = 0; from < topology.rank_count(); ++from) {
    for (Rank to = 0; to < topology.rank_count(); ++to) {
      EXPECT_EQ(global_links(topology, links(topology, "minimal", from, to)),
                from / 4 == to / 4 ? 0 : 1);
    }
  }
}

// Two global links in a row would be shorter than going round within the groups.
TEST(Minimal, PrefersLocalLinksToFewLinks) {
  TopologyBuilder builder;
  std::vector<DeviceId> ids;
  for (const char* gpu : {"a", "b"}) ids.push_back(builder.add_device(DeviceKind::kGpu, gpu));
  for (const char* router : {"r0", "r1", "r2", "r3", "x"}) {
    ids.push_back(builder.add_device(DeviceKind::kSwitch, router));
  }
  const LinkSpec link{.bandwidth = 1_GBps};
  builder.add_cable(ids[0], ids[2], link);
  builder.add_cable(ids[1], ids[5], link);
  for (std::size_t i = 2; i < 5; ++i) {
    builder.add_cable(ids[i], ids[i + 1], link, i == 3 ? "global" : "local");
  }
  builder.add_cable(ids[2], ids[6], link, "global");
  builder.add_cable(ids[6], ids[5], link, "global");
  const Topology topology = std::move(builder).seal();
  EXPECT_THAT(hops(topology, "shortest", 0, 1), SizeIs(4));
  EXPECT_THAT(hops(topology, "minimal", 0, 1),
              ElementsAre("a>r0", "r0>r1", "r1>r2", "r2>r3", "r3>b"));
}

TEST(Valiant, VisitsEverySwitchOverTheSeedsAndNoDeviceTwice) {
  const Topology topology = small_dragonfly(4);
  std::set<DeviceId> visited;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto route = links(topology, "valiant", 0, 11, {.seed = seed});
    std::set<DeviceId> devices{topology.ranks()[0]};
    for (const LinkId id : route) {
      EXPECT_TRUE(devices.insert(topology.link(id).to).second) << "a loop, seed " << seed;
      EXPECT_NE(topology.device(topology.link(id).from).kind == DeviceKind::kGpu,
                topology.link(id).from != topology.ranks()[0]);
    }
    EXPECT_EQ(topology.link(route.back()).to, topology.ranks()[11]);
    EXPECT_LE(global_links(topology, route), 2);
    visited.insert(devices.begin(), devices.end());
  }
  EXPECT_THAT(visited, SizeIs(12 + 2));  // all routers and both ends
}

// Every rank of a group sends to the next group: minimal routes share one global link.
TEST(Valiant, SpreadsAdversarialTrafficOfADragonfly) {
  constexpr Rank kRouters = 8;
  const Topology topology = small_dragonfly(kRouters + 1);
  const auto busiest = [&](std::string_view rule) {
    std::map<LinkId, int> uses;
    Router router(topology, policy(rule), {});
    std::vector<LinkId> route;
    for (Rank from = 0; from < topology.rank_count(); ++from) {
      router.route(flow_of(topology, from, (from + kRouters) % topology.rank_count()), route);
      for (const LinkId id : route) {
        if (topology.media()[topology.link(id).medium] == "global") ++uses[id];
      }
    }
    int most = 0;
    for (const auto& [link, count] : uses) most = std::max(most, count);
    return most;
  };
  EXPECT_EQ(busiest("minimal"), kRouters);
  EXPECT_LE(busiest("valiant"), kRouters - 1);
}

TEST(Valiant, RelaysThroughRanksWhereThereIsNoSwitch) {
  const Topology ring = topology_of("ring", small_section(8));
  std::set<std::size_t> lengths;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    lengths.insert(links(ring, "valiant", 0, 1, {.seed = seed}).size());
  }
  EXPECT_THAT(lengths, ElementsAre(1U, 7U));  // the other way round whenever it visits another rank
}

TEST(Valiant, StaysWithinAServer) {
  const Topology topology =
      topology_of("server_cluster", config::map({{"servers", "2"}, {"preset", "dgx_a100"}}));
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    EXPECT_THAT(links(topology, "valiant", 0, 5, {.seed = seed}), SizeIs(2));
  }
}

TEST(Static, RefusesWhatIsNoRoute) {
  const Topology topology = leaf_spine(2, 1, 2);  // gpu0 gpu1 leaf0 leaf1 spine0 spine1
  StaticRoutes table;
  table.add(topology, {0, 2, 5, 3, 1});
  const auto refuses = [&](std::vector<DeviceId> devices, const char* why) {
    EXPECT_THAT([&] { table.add(topology, devices); }, testing::ThrowsMessage<RequestError>(why));
  };
  refuses({0}, "a route has two ends");
  refuses({0, 2, 5, 2, 4, 3, 1}, "the route passes 'leaf0' twice");
  refuses({0, 2, 3, 1}, "no link leads from 'leaf0' to 'leaf1'");
  refuses({0, 2, 4, 3, 1}, "the route from 'gpu0' to 'gpu1' is listed twice");
}

TEST(Static, FollowsItsTableAndElseTheShortestRoute) {
  const Topology topology = leaf_spine(2, 1, 2);
  StaticRoutes table;
  table.add(topology, {0, 2, 5, 3, 1});
  EXPECT_THAT(hops(topology, "static", 0, 1, {.table = &table}),
              ElementsAre("gpu0>leaf0", "leaf0>spine1", "spine1>leaf1", "leaf1>gpu1"));
  EXPECT_EQ(hops(topology, "static", 1, 0, {.table = &table}), hops(topology, "shortest", 1, 0));
}

}  // namespace
}  // namespace commsim::routing_policies_test
