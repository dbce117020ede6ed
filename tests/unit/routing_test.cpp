#include "topology/routing.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "core/random.hpp"
#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::routing_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const RoutingPolicy& policy(std::string_view name) {
  return Registry<RoutingPolicy>::get(name, "routing");
}

std::vector<std::string> hops(const Topology& topology, std::string_view rule, Rank from, Rank to,
                              std::uint32_t flow = 0, std::uint64_t seed = 1) {
  Router router(topology, policy(rule), {.seed = seed});
  std::vector<LinkId> route;
  router.route(flow_of(topology, from, to, flow), route);
  std::vector<std::string> names;
  names.reserve(route.size());
  for (const LinkId link : route) names.push_back(topology.link_name(link));
  return names;
}

Topology rails(const char* servers, const char* spines = "1") {
  return topology_of("server_cluster", config::map({{"servers", servers},
                                                    {"preset", "dgx_a100"},
                                                    {"fabric", "rail_optimised"},
                                                    {"spines", spines}}));
}

TEST(Routing, RefusesAnUnknownPolicy) {
  EXPECT_THROW(policy("shortst"), RequestError);
  EXPECT_THAT(Registry<RoutingPolicy>::names(), testing::IsSupersetOf({"ecmp", "shortest"}));
}

TEST(Routing, FromARankToItselfIsEmpty) {
  EXPECT_THAT(hops(rails("2"), "shortest", 3, 3), IsEmpty());
}

TEST(Routing, WithinAServerStaysOnItsSwitch) {
  EXPECT_THAT(hops(rails("2"), "shortest", 8, 15),
              ElementsAre("s1.gpu0>s1.nvswitch", "s1.nvswitch>s1.gpu7"));
}

// Two GPUs that share a NIC are two links apart through it, as through the NVSwitch.
TEST(Routing, WithinAServerNeverGoesThroughANicIfASwitchWillDo) {
  const Topology topology = topology_of(
      "server_cluster", config::map({{"servers", "2"}, {"preset", "dgx_a100"}, {"nics", "1"}}));
  for (std::uint32_t flow = 0; flow < 64; ++flow) {
    EXPECT_THAT(hops(topology, "ecmp", 0, 1, flow),
                ElementsAre("s0.gpu0>s0.nvswitch", "s0.nvswitch>s0.gpu1"));
  }
}

TEST(Routing, WithinAServerGoesThroughTheNicIfNothingElseJoinsIt) {
  const Topology topology = topology_of(
      "server_cluster",
      config::map({{"servers", "2"}, {"preset", "dgx_a100"}, {"nics", "1"}, {"intra", "none"}}));
  EXPECT_THAT(hops(topology, "shortest", 0, 1), ElementsAre("s0.gpu0>s0.nic0", "s0.nic0>s0.gpu1"));
}

TEST(Routing, OnARailTakesFourLinks) {
  EXPECT_THAT(hops(rails("4"), "shortest", 3, 19),
              ElementsAre("s0.gpu3>s0.nic3", "s0.nic3>leaf3", "leaf3>s2.nic3", "s2.nic3>s2.gpu3"));
}

TEST(Routing, BetweenRailsGoesOverTheSpineAndNotThroughAnotherGpu) {
  EXPECT_THAT(hops(rails("4"), "shortest", 3, 21),
              ElementsAre("s0.gpu3>s0.nic3", "s0.nic3>leaf3", "leaf3>spine0", "spine0>leaf5",
                          "leaf5>s2.nic5", "s2.nic5>s2.gpu5"));
}

TEST(Routing, GoesThroughGpusWhereNothingAvoidsThem) {
  const Topology ring = topology_of("ring", small_section(8));
  EXPECT_THAT(hops(ring, "shortest", 7, 2), ElementsAre("gpu7>gpu0", "gpu0>gpu1", "gpu1>gpu2"));
  EXPECT_THAT(hops(ring, "shortest", 1, 7), ElementsAre("gpu1>gpu0", "gpu0>gpu7"));
}

// A longer route over switches goes before a shorter one through a GPU.
TEST(Routing, AvoidsGpusEvenOnLongerRoutes) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId c = builder.add_device(DeviceKind::kGpu, "c");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  const DeviceId t = builder.add_device(DeviceKind::kSwitch, "t");
  for (const auto& [x, y] : {std::pair(a, b), {b, c}, {a, s}, {s, t}, {t, c}}) {
    builder.add_cable(x, y, {.bandwidth = 1_GBps});
  }
  EXPECT_THAT(hops(std::move(builder).seal(), "shortest", 0, 2), ElementsAre("a>s", "s>t", "t>c"));
}

TEST(Shortest, SpreadsOverEqualSpinesByDestination) {
  const Topology topology = topology_of("server_cluster", config::map({{"servers", "2"},
                                                                       {"preset", "dgx_a100"},
                                                                       {"fabric", "leaf_spine"},
                                                                       {"servers_per_leaf", "1"},
                                                                       {"spines", "4"}}));
  std::map<std::string, int> uses;
  for (Rank to = 8; to < 16; ++to) ++uses[hops(topology, "shortest", 0, to)[2]];
  EXPECT_THAT(uses, testing::UnorderedElementsAre(
                        testing::Pair("leaf0>spine0", 2), testing::Pair("leaf0>spine1", 2),
                        testing::Pair("leaf0>spine2", 2), testing::Pair("leaf0>spine3", 2)));
}

TEST(Shortest, TakesTheWidestThenTheQuickestLink) {
  const auto chosen = [](LinkSpec first, LinkSpec second) {
    TopologyBuilder builder;
    const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
    const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
    const DeviceId t = builder.add_device(DeviceKind::kSwitch, "t");
    const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
    builder.add_cable(a, s, first);
    builder.add_cable(a, t, second);
    builder.add_cable(s, b, {.bandwidth = 1_GBps});
    builder.add_cable(t, b, {.bandwidth = 1_GBps});
    return hops(std::move(builder).seal(), "shortest", 0, 1).front();
  };
  EXPECT_EQ(chosen({1_GBps, 1_usec}, {2_GBps, 9_usec}), "a>t");
  EXPECT_EQ(chosen({2_GBps, 2_usec}, {2_GBps, 1_usec}), "a>t");
}

TEST(Shortest, ChoosesAmongParallelDirectLinks) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  builder.add_cable(a, b, {.bandwidth = 1_GBps});
  builder.add_cable(a, b, {.bandwidth = 2_GBps});
  const Topology topology = std::move(builder).seal();
  Router router(topology, policy("shortest"), {.seed = 0});
  std::vector<LinkId> route;
  router.route(flow_of(topology, 0, 1, 0), route);
  EXPECT_THAT(route, ElementsAre(2));
}

TEST(Ecmp, SpreadsFlowsEvenlyOverTheSpines) {
  const Topology topology = rails("2", "4");
  Router router(topology, policy("ecmp"), {.seed = 7});
  std::map<DeviceId, int> used;
  std::vector<LinkId> route;
  for (std::uint32_t flow = 0; flow < 4000; ++flow) {
    router.route(flow_of(topology, 0, 9, flow), route);
    ASSERT_THAT(route, SizeIs(6));
    ++used[topology.link(route[2]).to];
  }
  ASSERT_THAT(used, SizeIs(4));
  for (const auto& [spine, flows] : used) EXPECT_NEAR(flows, 1000, 150);  // over 5 sigma
}

TEST(Ecmp, RepeatsWithTheSeedAndChangesWithIt) {
  const Topology topology = rails("2", "4");
  std::set<std::vector<std::string>> seen;
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    const auto route = hops(topology, "ecmp", 0, 9, 5, seed);
    EXPECT_EQ(route, hops(topology, "ecmp", 0, 9, 5, seed));
    seen.insert(route);
  }
  EXPECT_THAT(seen, SizeIs(4));
}

TEST(Ecmp, DoesNotDependOnWhatWasRoutedBefore) {
  const Topology topology = rails("3", "4");
  Router used(topology, policy("ecmp"), {.seed = 3});
  for (Rank from = 0; from < 24; ++from) {
    for (Rank to = 0; to < 24; ++to) {
      Router fresh(topology, policy("ecmp"), {.seed = 3});
      std::vector<LinkId> expected;
      std::vector<LinkId> found;
      fresh.route(flow_of(topology, from, to, 1), expected);
      used.route(flow_of(topology, from, to, 1), found);
      ASSERT_EQ(found, expected);
    }
  }
}

// A cycle of GPUs with shortcuts.
Topology random_graph(Random& random, DeviceId ranks) {
  TopologyBuilder builder;
  for (DeviceId r = 0; r < ranks; ++r) builder.add_device(DeviceKind::kGpu, std::to_string(r));
  for (DeviceId r = 0; r < ranks; ++r) {
    builder.add_link(r, (r + 1) % ranks, {.bandwidth = 1_GBps});
    const auto other = static_cast<DeviceId>(random.below(ranks));
    if (other != r) builder.add_link(r, other, {.bandwidth = 1_GBps});
  }
  return std::move(builder).seal();
}

// Where the route ends, if each of its links begins where the one before ended.
std::optional<DeviceId> end_of(const Topology& topology, DeviceId start,
                               const std::vector<LinkId>& route) {
  for (const LinkId link : route) {
    if (topology.link(link).from != start) return std::nullopt;
    start = topology.link(link).to;
  }
  return start;
}

void expect_fewest_links(const Topology& topology, Router& router, Rank from) {
  const auto fewest = fewest_links(topology, from);
  std::vector<LinkId> route;
  for (Rank to = 0; to < topology.rank_count(); ++to) {
    router.route(flow_of(topology, from, to, 0), route);
    EXPECT_THAT(route, SizeIs(fewest[static_cast<std::size_t>(to)]));
    // The graph has GPUs only, so ranks are devices.
    EXPECT_EQ(end_of(topology, static_cast<DeviceId>(from), route), static_cast<DeviceId>(to));
  }
}

TEST(Routing, FindsTheFewestLinksOnRandomGraphs) {
  Random random(1);
  for (int graph = 0; graph < 30; ++graph) {
    const Topology topology = random_graph(random, 24);
    Router shortest(topology, policy("shortest"), {.seed = 9});
    Router ecmp(topology, policy("ecmp"), {.seed = 9});
    for (Rank from = 0; from < topology.rank_count(); ++from) {
      expect_fewest_links(topology, shortest, from);
      expect_fewest_links(topology, ecmp, from);
    }
  }
}

// What `routes` routes cost; the limits leave room for sanitizers and slow machines.
template <typename Pair>
double microseconds_each(const Topology& topology, Rank routes, Pair pair) {
  Router router(topology, policy("ecmp"), {.seed = 1});
  std::vector<LinkId> route;
  const auto start = std::chrono::steady_clock::now();
  for (Rank i = 0; i < routes; ++i) {
    const auto [from, to] = pair(i);
    router.route(flow_of(topology, from, to, 0), route);
  }
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
  ::testing::Test::RecordProperty("microseconds", std::to_string(taken.count() / routes));
  return taken.count() / routes;
}

TEST(Routing, OnALargeStarDoesNotScanTheSwitch) {
  const Topology star = topology_of("switch", small_section(4096));
  EXPECT_LT(microseconds_each(star, 4096, [](Rank i) { return std::pair(i, (i + 1) % 4096); }), 20);
}

TEST(Routing, OnALargeMeshDoesNotScanTheLinks) {
  const Topology mesh = topology_of("fully_connected", small_section(1024));
  EXPECT_LT(
      microseconds_each(mesh, 4096, [](Rank i) { return std::pair(i % 1024, (i * 7 + 1) % 1024); }),
      20);
}

TEST(Routing, OnALargeRailClusterIsQuick) {
  const Topology cluster = rails("128", "8");
  EXPECT_LT(microseconds_each(cluster, 4096,
                              [](Rank i) { return std::pair(i % 1024, (i * 7 + 13) % 1024); }),
            300);
}

}  // namespace
}  // namespace commsim::routing_test
