// The small kinds, and what holds for every registered kind and preset.
#include <gmock/gmock.h>

#include "tests/support/topology.hpp"
#include "topology/preset.hpp"

namespace commsim::topology_kinds_test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsSupersetOf;

class SmallKind : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, SmallKind, testing::Values("fully_connected", "ring", "switch"));

TEST_P(SmallKind, RefusesAMissingRanksOrLink) {
  const auto built = build_topology(GetParam(), config::map({}));
  EXPECT_FALSE(built.topology);
  EXPECT_THAT(built.errors, HasSubstr("topology.ranks: the key 'ranks' is missing"));
  EXPECT_THAT(built.errors, HasSubstr("topology.link.bandwidth: the key 'bandwidth' is missing"));
}

TEST_P(SmallKind, RefusesZeroAndTooManyRanks) {
  for (const int ranks : {0, -1, 1048577, 2000000000}) {
    const auto built = build_topology(GetParam(), small_section(ranks));
    EXPECT_FALSE(built.topology);
    EXPECT_THAT(built.errors, HasSubstr("topology.ranks: ")) << ranks;
  }
}

TEST_P(SmallKind, RefusesAnUnknownKey) {
  const auto built = build_topology(
      GetParam(), config::map({{"rank", "8"}, {"link", config::map({{"bandwidth", "1 GB/s"}})}}));
  EXPECT_THAT(built.errors, HasSubstr("unknown key 'rank'; did you mean 'ranks'?"));
}

TEST_P(SmallKind, HasNoLatencyUnlessItIsGiven) {
  const Topology topology = topology_of(
      GetParam(), config::map({{"ranks", "3"}, {"link", config::map({{"bandwidth", "1 GB/s"}})}}));
  EXPECT_THAT(topology.links(), Each(Field(&Link::latency, Duration{0})));
}

TEST_P(SmallKind, BuildsEveryLinkAsGiven) {
  const Topology topology = topology_of(GetParam(), small_section(8));
  EXPECT_EQ(topology.rank_count(), 8);
  EXPECT_EQ(topology.device(7).name, "gpu7");
  EXPECT_THAT(topology.media(), Each(std::string("link")));
  EXPECT_THAT(topology.links(),
              Each(AllOf(Field(&Link::bandwidth, 50_GBps), Field(&Link::latency, 1_usec))));
}

std::size_t links_of(const char* kind, int ranks) {
  return topology_of(kind, small_section(ranks)).links().size();
}

TEST(FullyConnected, HasACableForEachPair) {
  EXPECT_EQ(links_of("fully_connected", 1), 0U);
  EXPECT_EQ(links_of("fully_connected", 2), 2U);
  EXPECT_EQ(links_of("fully_connected", 8), 56U);
}

TEST(FullyConnected, RefusesMoreLinksThanAreLegalBeforeBuildingThem) {
  const auto built = build_topology("fully_connected", small_section(1048576));
  EXPECT_THAT(built.errors,
              HasSubstr("topology: the topology would have 1099510579200 links; legal: up to"));
}

TEST(Ring, HasOneCableForTwoRanksAndNoneForOne) {
  EXPECT_EQ(links_of("ring", 1), 0U);
  EXPECT_EQ(links_of("ring", 2), 2U);
  EXPECT_EQ(links_of("ring", 3), 6U);
  EXPECT_EQ(links_of("ring", 8), 16U);
}

TEST(Ring, JoinsEachRankToTheNext) {
  const Topology topology = topology_of("ring", small_section(4));
  EXPECT_EQ(topology.link_name(0), "gpu0>gpu1");
  EXPECT_EQ(topology.link_name(7), "gpu0>gpu3");
}

TEST(Switch, HasACableForEachRank) {
  EXPECT_EQ(links_of("switch", 1), 2U);
  EXPECT_EQ(links_of("switch", 8), 16U);
  const Topology topology = topology_of("switch", small_section(2));
  EXPECT_EQ(topology.link_name(0), "gpu0>sw0");
}

TEST(TopologyKinds, AllSayWhatTheyAreAndWhereTheyAreFrom) {
  EXPECT_THAT(Registry<TopologyKind>::names(),
              IsSupersetOf({"custom", "fully_connected", "ring", "server_cluster", "switch"}));
  for (const TopologyKind* kind : Registry<TopologyKind>::entries()) {
    EXPECT_FALSE(kind->summary.ends_with('.')) << kind->name;
    EXPECT_FALSE(kind->reference.empty()) << kind->name;
  }
}

TEST(TopologyKinds, RefuseASectionThatIsNoMap) {
  for (const TopologyKind* kind : Registry<TopologyKind>::entries()) {
    const auto built = build_topology(kind->name, config::list({"8"}));
    EXPECT_FALSE(built.topology);
    EXPECT_THAT(built.errors, HasSubstr("expected a map")) << kind->name;
  }
}

TEST(ServerPresets, AllSayWhatTheyAreAndWhereTheirFiguresAreFrom) {
  EXPECT_THAT(Registry<ServerPreset>::names(), IsSupersetOf({"dgx_a100", "dgx_h100"}));
  for (const ServerPreset* preset : Registry<ServerPreset>::entries()) {
    EXPECT_FALSE(preset->summary.ends_with('.')) << preset->name;
    EXPECT_FALSE(preset->reference.empty()) << preset->name;
  }
}

}  // namespace
}  // namespace commsim::topology_kinds_test
