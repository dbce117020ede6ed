// GPUs by themselves on leaves and spines, Clos networks, fat trees and planes.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::bare_fabric_test {
namespace {

using config::Value;
using testing::ElementsAre;
using testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, Value>>;

ConfigNode with_link(Entries entries, const char* bandwidth = "100 Gb/s") {
  entries.emplace_back("link", config::map({{"bandwidth", bandwidth}, {"latency", "1 us"}}));
  return config::map(entries);
}

std::string errors_of(const char* kind, const Entries& entries) {
  const auto built = build_topology(kind, with_link(entries));
  EXPECT_FALSE(built.topology);
  return built.errors;
}

Topology built(const char* kind, const Entries& entries) {
  return topology_of(kind, with_link(entries));
}

std::size_t switches(const Topology& topology) {
  return topology.devices().size() - topology.ranks().size();
}

std::vector<std::int32_t> pods(const Topology& topology) {
  std::vector<std::int32_t> all;
  for (const DeviceId gpu : topology.ranks()) all.push_back(topology.device(gpu).pod);
  return all;
}

const Link& link_named(const Topology& topology, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return topology.link(id);
  }
  throw std::runtime_error("no link " + std::string(name));
}

std::vector<std::string> switch_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const Device& device : topology.devices()) {
    if (device.kind == DeviceKind::kSwitch) names.push_back(device.name);
  }
  return names;
}

TEST(LeafSpine, RefusesMissingRanksAndRanksPerLeaf) {
  const std::string errors = errors_of("leaf_spine", {});
  EXPECT_THAT(errors, HasSubstr("topology.ranks: the key 'ranks' is missing"));
  EXPECT_THAT(errors_of("leaf_spine", {{"ranks", "8"}}),
              HasSubstr("topology.ranks_per_leaf: the key 'ranks_per_leaf' is missing"));
  EXPECT_THAT(errors_of("leaf_spine", {{"ranks", "8"}, {"ranks_per_leaf", "0"}}),
              HasSubstr("topology.ranks_per_leaf: 0 is out of range; legal: 1 to 1048576"));
}

TEST(LeafSpine, DividesTheBisectionByTheOversubscription) {
  const auto of = [](const char* ratio) {
    return built(
        "leaf_spine",
        {{"ranks", "16"}, {"ranks_per_leaf", "4"}, {"spines", "2"}, {"oversubscription", ratio}});
  };
  EXPECT_EQ(bisection(of("1")), 800_Gbps);
  EXPECT_EQ(bisection(of("4")), 200_Gbps);
  EXPECT_EQ(link_named(of("4"), "leaf3>spine1").bandwidth, 50_Gbps);
}

TEST(LeafSpine, JoinsEveryLeafToEverySpine) {
  const Topology topology =
      built("leaf_spine", {{"ranks", "16"}, {"ranks_per_leaf", "4"}, {"spines", "2"}});
  EXPECT_THAT(switch_names(topology),
              ElementsAre("leaf0", "leaf1", "leaf2", "leaf3", "spine0", "spine1"));
  EXPECT_EQ(topology.links().size(), 2U * (16U + 8U));
  EXPECT_EQ(hop_diameter(topology), 4);
  EXPECT_EQ(latency_diameter(topology), 4_usec);
  EXPECT_THAT(pods(topology), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
}

TEST(LeafSpine, GivesASmallerLastLeafSmallerUplinks) {
  const Topology topology = built("leaf_spine", {{"ranks", "6"}, {"ranks_per_leaf", "4"}});
  EXPECT_EQ(link_named(topology, "leaf0>spine0").bandwidth, 400_Gbps);
  EXPECT_EQ(link_named(topology, "leaf1>spine0").bandwidth, 200_Gbps);
}

TEST(Clos, RefusesCoresThatSpinesCannotShare) {
  const Entries keys{{"ranks", "16"},
                     {"ranks_per_leaf", "2"},
                     {"leaves_per_pod", "2"},
                     {"spines", "4"},
                     {"cores", "6"}};
  EXPECT_THAT(errors_of("clos", keys), HasSubstr("topology.cores: 6 cores cannot be shared out to "
                                                 "4 spines; legal: a multiple of 'spines'"));
}

TEST(Clos, RefusesMissingKeysAndRatiosBelowOne) {
  EXPECT_THAT(errors_of("clos", {{"ranks", "16"}, {"ranks_per_leaf", "2"}}),
              HasSubstr("topology.leaves_per_pod: the key 'leaves_per_pod' is missing"));
  EXPECT_THAT(errors_of("clos", {{"ranks", "16"},
                                 {"ranks_per_leaf", "2"},
                                 {"leaves_per_pod", "2"},
                                 {"core_oversubscription", "0.5"}}),
              HasSubstr("topology.core_oversubscription: 0.5 is out of range; legal: 1 to"));
}

TEST(Clos, RefusesAnUplinkWithoutBandwidth) {
  const auto refused = build_topology("clos", with_link({{"ranks", "16"},
                                                         {"ranks_per_leaf", "2"},
                                                         {"leaves_per_pod", "2"},
                                                         {"core_oversubscription", "1000"}},
                                                        "8 b/s"));
  EXPECT_THAT(refused.errors, HasSubstr("the cable from a spine to a core would have no bandwidth; "
                                        "change 'cores' or 'core_oversubscription'"));
}

Topology clos(const char* leaf_ratio, const char* core_ratio) {
  return built("clos", {{"ranks", "32"},
                        {"ranks_per_leaf", "4"},
                        {"leaves_per_pod", "2"},
                        {"spines", "2"},
                        {"cores", "4"},
                        {"oversubscription", leaf_ratio},
                        {"core_oversubscription", core_ratio}});
}

// 8 leaves in 4 pods of 2 spines; 4 cores, 2 for the spines of one number.
TEST(Clos, JoinsSpinesOfOneNumberThroughTheirGroupOfCores) {
  const Topology topology = clos("1", "1");
  EXPECT_EQ(switches(topology), 8U + 4U * 2U + 4U);
  EXPECT_EQ(topology.links().size(), 2U * (32U + 8U * 2U + 4U * 4U));
  EXPECT_EQ(link_named(topology, "leaf7>pod3.spine1").bandwidth, 200_Gbps);
  EXPECT_EQ(link_named(topology, "pod3.spine1>core3").bandwidth, 200_Gbps);
  EXPECT_NO_THROW(link_named(topology, "pod3.spine0>core1"));
  EXPECT_THROW(link_named(topology, "pod3.spine0>core2"), std::runtime_error);
  EXPECT_EQ(hop_diameter(topology), 6);
  EXPECT_EQ(pods(topology)[7], 0);
  EXPECT_EQ(pods(topology)[8], 1);
  EXPECT_EQ(pods(topology)[31], 3);
}

TEST(Clos, DividesTheBisectionByBothRatios) {
  EXPECT_EQ(bisection(clos("1", "1")), 1600_Gbps);
  EXPECT_EQ(bisection(clos("2", "1")), 800_Gbps);
  EXPECT_EQ(bisection(clos("1", "4")), 400_Gbps);
  EXPECT_EQ(bisection(clos("2", "4")), 200_Gbps);
}

TEST(Clos, HasNoCoreAboveALonePodAndNoSpineAboveALoneLeaf) {
  const Topology pod =
      built("clos", {{"ranks", "8"}, {"ranks_per_leaf", "4"}, {"leaves_per_pod", "2"}});
  EXPECT_THAT(switch_names(pod), ElementsAre("leaf0", "leaf1", "pod0.spine0"));
  const Topology leaf =
      built("clos", {{"ranks", "4"}, {"ranks_per_leaf", "4"}, {"leaves_per_pod", "2"}});
  EXPECT_THAT(switch_names(leaf), ElementsAre("leaf0"));
}

TEST(FatTree, RefusesAnOddOrAbsurdArity) {
  EXPECT_THAT(errors_of("fat_tree", {{"arity", "5"}}),
              HasSubstr("topology.arity: 5 is odd; legal: even numbers from 2 to 160"));
  for (const char* wrong : {"0", "-2", "162", "4000000000"}) {
    EXPECT_THAT(errors_of("fat_tree", {{"arity", wrong}}), HasSubstr("topology.arity: ")) << wrong;
  }
}

TEST(FatTree, RefusesMoreRanksThanItHasPorts) {
  EXPECT_THAT(errors_of("fat_tree", {{"arity", "4"}, {"ranks", "17"}}),
              HasSubstr("topology.ranks: 17 ports are more than the fabric has; legal: up to 16"));
  EXPECT_THAT(errors_of("fat_tree", {}), HasSubstr("topology.ranks: the key 'ranks' is missing"));
}

class FatTreeOf : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Arity, FatTreeOf, testing::Values(2, 4, 6, 8));

// k^3/4 ranks, 5 k^2/4 switches, 3 k^3/4 cables, half of the ranks' cables across any middle.
TEST_P(FatTreeOf, HasTheSizeAndTheFullBisectionOfTheFormulas) {
  const int k = GetParam();
  const Topology topology = built("fat_tree", {{"arity", std::to_string(k)}});
  const int ranks = k * k * k / 4;
  EXPECT_EQ(topology.rank_count(), ranks);
  EXPECT_EQ(switches(topology), static_cast<std::size_t>(5 * k * k / 4));
  EXPECT_EQ(topology.links().size(), static_cast<std::size_t>(2 * 3 * ranks));
  EXPECT_EQ(bisection(topology), 100_Gbps * (ranks / 2));
  EXPECT_EQ(hop_diameter(topology), 6);
}

TEST(FatTree, HasKPortsOnEachSwitch) {
  const Topology topology = built("fat_tree", {{"arity", "6"}});
  for (DeviceId id = 0; id < topology.devices().size(); ++id) {
    const bool is_switch = topology.device(id).kind == DeviceKind::kSwitch;
    EXPECT_EQ(topology.out_links(id).size(), is_switch ? 6U : 1U) << topology.device(id).name;
  }
}

TEST(FatTree, IsTheLeastThatFitsIfOnlyRanksAreGiven) {
  EXPECT_EQ(switches(built("fat_tree", {{"ranks", "16"}})), 20U);
  EXPECT_EQ(switches(built("fat_tree", {{"ranks", "17"}})), 45U);
}

TEST(FatTree, CountsPodsAndNamesSwitches) {
  const Topology topology = built("fat_tree", {{"arity", "4"}, {"fabric_latency", "3 us"}});
  EXPECT_THAT(pods(topology), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
  EXPECT_EQ(link_named(topology, "gpu15>pod3.edge1").latency, 1_usec);
  EXPECT_EQ(link_named(topology, "pod3.agg1>core3").latency, 3_usec);
  EXPECT_EQ(latency_diameter(topology), 14_usec);
}

TEST(MultiPlane, RefusesWrongPlanes) {
  EXPECT_THAT(errors_of("multi_plane", {{"ranks", "4"}}),
              HasSubstr("topology.planes: the key 'planes' is missing"));
  EXPECT_THAT(errors_of("multi_plane", {{"ranks", "4"}, {"planes", "65"}}),
              HasSubstr("topology.planes: 65 is out of range; legal: 1 to 64"));
  EXPECT_THAT(errors_of("multi_plane", {{"ranks", "4"}, {"planes", "2"}, {"plane", "planes"}}),
              HasSubstr("topology.plane: planes hold no planes; legal: any other fabric"));
  const std::string unknown =
      errors_of("multi_plane", {{"ranks", "4"}, {"planes", "2"}, {"plane", "leafspine"}});
  EXPECT_THAT(unknown, HasSubstr("unknown fabric 'leafspine'; did you mean 'leaf_spine'?"));
}

TEST(MultiPlane, RefusesACableThatIsTooThinToSplit) {
  const auto refused =
      build_topology("multi_plane", with_link({{"ranks", "4"}, {"planes", "9"}}, "8 b/s"));
  EXPECT_THAT(refused.errors, HasSubstr("topology.planes: a cable of"));
  EXPECT_THAT(refused.errors, HasSubstr("cannot be split into 9 planes"));
}

TEST(MultiPlane, SplitsEveryCableAndLosesNoBandwidth) {
  const Topology topology = built("multi_plane", {{"ranks", "8"},
                                                  {"planes", "4"},
                                                  {"plane", "leaf_spine"},
                                                  {"ranks_per_leaf", "4"},
                                                  {"spines", "2"}});
  EXPECT_EQ(switches(topology), 4U * 4U);
  EXPECT_EQ(topology.links().size(), 4U * 2U * (8U + 4U));
  EXPECT_EQ(link_named(topology, "gpu0>plane3.leaf0").bandwidth, 25_Gbps);
  EXPECT_EQ(link_named(topology, "plane3.leaf1>plane3.spine1").bandwidth, 50_Gbps);
  EXPECT_EQ(bisection(topology), 400_Gbps);
  EXPECT_EQ(connectivity(topology), 4);
  EXPECT_THAT(pods(topology), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
}

TEST(MultiPlane, HasRoomForAsManyAsItsInnerFabric) {
  const Topology topology =
      built("multi_plane", {{"planes", "2"}, {"plane", "fat_tree"}, {"arity", "4"}});
  EXPECT_EQ(topology.rank_count(), 16);
  EXPECT_EQ(bisection(topology), 800_Gbps);
}

TEST(MultiPlane, OfSingleSwitchesIsTheDefault) {
  const Topology topology = built("multi_plane", {{"ranks", "4"}, {"planes", "2"}});
  EXPECT_THAT(switch_names(topology), ElementsAre("plane0.leaf0", "plane1.leaf0"));
}

TEST(SwitchWithHosts, RefusesAWrongNumberAndALinkWithoutHosts) {
  EXPECT_THAT(errors_of("switch", {{"ranks", "4"}, {"hosts", "-1"}}),
              HasSubstr("topology.hosts: -1 is out of range; legal: 0 to 65536"));
  const auto unused = build_topology(
      "switch",
      with_link({{"ranks", "4"}, {"host_link", config::map({{"bandwidth", "10 GB/s"}})}}));
  EXPECT_THAT(unused.errors, HasSubstr("unknown key 'host_link'"));
}

TEST(SwitchWithHosts, PutsThemOnTheSwitch) {
  const Topology topology = built(
      "switch",
      {{"ranks", "4"}, {"hosts", "2"}, {"host_link", config::map({{"bandwidth", "10 Gb/s"}})}});
  EXPECT_EQ(topology.rank_count(), 4);
  EXPECT_EQ(std::ranges::count(topology.devices(), DeviceKind::kHost, &Device::kind), 2);
  EXPECT_EQ(link_named(topology, "host1>sw0").bandwidth, 10_Gbps);
  EXPECT_EQ(link_named(topology, "sw0>host1").latency, 1_usec);
  EXPECT_EQ(link_named(built("switch", {{"ranks", "4"}, {"hosts", "1"}}), "host0>sw0").bandwidth,
            100_Gbps);
}

}  // namespace
}  // namespace commsim::bare_fabric_test
