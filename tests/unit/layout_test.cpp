// What algorithms get to know of topologies.
#include "sim/workload/layout.hpp"

#include <gmock/gmock.h>

#include "tests/support/topology.hpp"
#include "topology/analysis/fast_ring.hpp"
#include "topology/analysis/spanning_tree.hpp"

namespace commsim::layout_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr LinkSpec kFast{.bandwidth = 100_GBps, .latency = 1_usec};
constexpr LinkSpec kSlow{.bandwidth = 10_GBps, .latency = 1_usec};

Topology torus(const char* side) {
  return topology_of(
      "torus",
      config::map({{"sides", config::list({side, side})},
                   {"link", config::map({{"bandwidth", "10 GB/s"}, {"latency", "1 us"}})}}));
}

Topology servers(const char* number, const char* fabric) {
  return topology_of(
      "server_cluster",
      config::map({{"servers", number}, {"preset", "dgx_a100"}, {"fabric", fabric}}));
}

TEST(Layout, OfAServerHasTheSwitchThatJoinsItsRanks) {
  const Topology topology =
      topology_of("server_cluster", config::map({{"servers", "2"}, {"preset", "dgx_h100"}}));
  const auto [layout, endpoints] = layout_of(topology);
  ASSERT_EQ(layout.server_switches.size(), 2U);
  const auto hub = static_cast<std::size_t>(layout.server_switches[1]);
  EXPECT_EQ(topology.device(endpoints[hub]).name, "s1.nvswitch");
  EXPECT_EQ(endpoints.size(), static_cast<std::size_t>(layout.participants()));
}

// NVSwitch reduces since its third generation.
TEST(Layout, OfAnA100ServerHasNoSwitchThatReduces) {
  EXPECT_THAT(layout_of(servers("1", "single_switch")).layout.server_switches, ElementsAre(-1));
}

TEST(Layout, OfRailsHasATreeOfOneSwitchForEachRail) {
  const Topology topology = servers("4", "rail_optimised");
  const auto [layout, endpoints] = layout_of(topology);
  ASSERT_EQ(layout.reduction_trees.size(), 8U);
  for (std::size_t rail = 0; rail < 8; ++rail) {
    const auto& nodes = layout.reduction_trees[rail].nodes;
    ASSERT_EQ(nodes.size(), 1U);
    const auto leaf = endpoints[static_cast<std::size_t>(nodes[0].participant)];
    EXPECT_EQ(topology.device(leaf).name, "leaf" + std::to_string(rail));
    const auto first = static_cast<Rank>(rail);
    EXPECT_THAT(nodes[0].ranks, ElementsAre(first, first + 8, first + 16, first + 24));
  }
}

TEST(Layout, OfLeavesHasATreeThatTurnsAtASpine) {
  const Topology topology = topology_of(
      "leaf_spine",
      config::map({{"ranks", "6"},
                   {"ranks_per_leaf", "2"},
                   {"spines", "2"},
                   {"link", config::map({{"bandwidth", "10 GB/s"}, {"latency", "1 us"}})}}));
  const auto [layout, endpoints] = layout_of(topology);
  ASSERT_EQ(layout.reduction_trees.size(), 1U);
  const auto& nodes = layout.reduction_trees[0].nodes;
  ASSERT_EQ(nodes.size(), 4U);
  EXPECT_EQ(topology.device(endpoints[static_cast<std::size_t>(nodes[0].participant)]).name,
            "spine0");
  EXPECT_THAT(nodes[1].ranks, ElementsAre(0, 1));
  EXPECT_THAT(nodes[3].ranks, ElementsAre(4, 5));
  EXPECT_EQ(nodes[3].parent, 0);
  EXPECT_THAT(layout.pods, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4, 5)));
}

TEST(Layout, OfRanksWithoutSwitchesHasNoTree) {
  EXPECT_THAT(layout_of(torus("3")).layout.reduction_trees, IsEmpty());
}

TEST(Layout, OfAGridFollowsThePlacement) {
  Topology topology = torus("2");
  topology.place({3, 2, 1, 0});
  const RankLayout layout = layout_of(topology).layout;
  EXPECT_THAT(layout.grid_sides, ElementsAre(2, 2));
  EXPECT_THAT(layout.grid_ranks, ElementsAre(3, 2, 1, 0));
  topology.place({1, 0});
  EXPECT_THAT(layout_of(topology).layout.grid_sides, IsEmpty());
}

TEST(Layout, OfHostsTakesThoseThatShareNoServerWithAGpu) {
  const Topology topology = topology_of(
      "switch",
      config::map(
          {{"ranks", "3"}, {"hosts", "2"}, {"link", config::map({{"bandwidth", "10 GB/s"}})}}));
  const auto [layout, endpoints] = layout_of(topology);
  ASSERT_EQ(layout.hosts.size(), 2U);
  EXPECT_EQ(topology.device(endpoints[static_cast<std::size_t>(layout.hosts[1])]).name, "host1");
}

TEST(FastRing, OfAnEvenTorusStaysOnItsLinks) {
  const Topology topology = torus("4");
  const auto ring = fast_ring(topology);
  ASSERT_EQ(ring.size(), 16U);
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto at = topology.ranks()[static_cast<std::size_t>(ring[i])];
    const auto next = topology.ranks()[static_cast<std::size_t>(ring[(i + 1) % ring.size()])];
    const auto links = topology.out_links(at);
    EXPECT_TRUE(std::ranges::any_of(links, [&](LinkId id) { return topology.link(id).to == next; }))
        << at << " to " << next;
  }
}

// DGX-1: a ring over the double NVLinks, 50 GB/s each way, exists.
TEST(FastRing, OfAHybridCubeMeshTakesTheDoubleLinks) {
  const Topology topology =
      topology_of("server_cluster", config::map({{"servers", "1"}, {"preset", "dgx1_v100"}}));
  const auto ring = fast_ring(topology);
  ASSERT_EQ(ring.size(), 8U);
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto at = topology.ranks()[static_cast<std::size_t>(ring[i])];
    const auto next = topology.ranks()[static_cast<std::size_t>(ring[(i + 1) % 8])];
    std::int64_t bits = 0;
    for (const LinkId id : topology.out_links(at)) {
      if (topology.link(id).to == next) bits += topology.link(id).bandwidth.bits_per_second();
    }
    EXPECT_EQ(bits, (50_GBps).bits_per_second()) << at << " to " << next;
  }
}

TEST(FastRing, IsEmptyWhereTheOrderOfRanksIsAsGood) {
  EXPECT_THAT(fast_ring(servers("1", "single_switch")), IsEmpty());
  EXPECT_THAT(fast_ring(topology_of("fully_connected", small_section(5))), IsEmpty());
  EXPECT_THAT(fast_ring(topology_of("ring", small_section(5))), IsEmpty());
}

// The slow cable a-b is avoided by way of c; the switch hangs everybody on the first rank.
TEST(SpanningTree, PrefersFastCables) {
  TopologyBuilder builder;
  const auto a = builder.add_device(DeviceKind::kGpu, "a");
  const auto b = builder.add_device(DeviceKind::kGpu, "b");
  const auto c = builder.add_device(DeviceKind::kGpu, "c");
  builder.add_cable(a, b, kSlow);
  builder.add_cable(a, c, kFast);
  builder.add_cable(c, b, kFast);
  EXPECT_THAT(spanning_tree(std::move(builder).seal()), ElementsAre(-1, 2, 0));
  EXPECT_THAT(spanning_tree(topology_of("switch", small_section(4))), ElementsAre(-1, 0, 0, 0));
}

}  // namespace
}  // namespace commsim::layout_test
