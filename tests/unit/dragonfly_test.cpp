#include <gmock/gmock.h>

#include <map>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::dragonfly_test {
namespace {

using config::Value;
using testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, Value>>;

ConfigNode section(Entries entries) {
  entries.emplace_back("link", config::map({{"bandwidth", "100 Gb/s"}, {"latency", "1 us"}}));
  return config::map(entries);
}

Entries dragonfly(const char* p, const char* a, const char* h) {
  return {{"ports_per_router", p}, {"routers_per_group", a}, {"global_links_per_router", h}};
}

Entries plus(const char* p, const char* leaves, const char* spines, const char* h) {
  return {{"ports_per_leaf", p},
          {"leaves_per_group", leaves},
          {"spines_per_group", spines},
          {"global_links_per_spine", h}};
}

Entries with(Entries entries, const Entries& more) {
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

std::string errors_of(const char* kind, const Entries& entries) {
  const auto built = build_topology(kind, section(entries));
  EXPECT_FALSE(built.topology);
  return built.errors;
}

int group_of(const Device& device) { return std::stoi(device.name.substr(5)); }

// How many cables join each two groups, and the most that one switch holds.
struct Global {
  std::map<std::pair<int, int>, int> of_pair;
  int most = 0;
};

Global global_cables(const Topology& topology) {
  Global global;
  std::map<DeviceId, int> of_switch;
  for (const Link& link : topology.links()) {
    if (topology.media()[link.medium] != "global") continue;
    const int from = group_of(topology.device(link.from));
    const int to = group_of(topology.device(link.to));
    EXPECT_NE(from, to);
    ++global.of_pair[{from, to}];
    global.most = std::max(global.most, ++of_switch[link.from]);
  }
  return global;
}

TEST(Dragonfly, RefusesMissingAndAbsurdKeys) {
  const std::string errors = errors_of("dragonfly", {{"ranks", "4"}});
  EXPECT_THAT(errors, HasSubstr("topology.ports_per_router: the key"));
  EXPECT_THAT(errors, HasSubstr("topology.routers_per_group: the key"));
  EXPECT_THAT(errors, HasSubstr("topology.global_links_per_router: the key"));
  EXPECT_THAT(errors_of("dragonfly", dragonfly("4097", "2", "1")),
              HasSubstr("topology.ports_per_router: 4097 is out of range; legal: 1 to 4096"));
  EXPECT_THAT(errors_of("dragonfly", dragonfly("4096", "4096", "4096")),
              HasSubstr("ranks; legal: up to 1048576"));
  EXPECT_THAT(errors_of("dragonfly", with(dragonfly("1", "4096", "4096"), {{"ranks", "5000"}})),
              HasSubstr("links; legal: up to"));
}

TEST(Dragonfly, RefusesMoreGroupsThanItsGlobalLinksJoin) {
  EXPECT_THAT(errors_of("dragonfly", with(dragonfly("2", "4", "2"), {{"groups", "10"}})),
              HasSubstr("topology.groups: 10 is out of range; legal: 1 to 9"));
}

TEST(Dragonfly, RefusesMoreRanksThanItHasPorts) {
  EXPECT_THAT(errors_of("dragonfly", with(dragonfly("2", "4", "2"), {{"ranks", "73"}})),
              HasSubstr("topology.ranks: 73 ports are more than the fabric has; legal: up to 72"));
}

// g = a h + 1, p a g ranks, a g routers; cables: p a g to ranks, g a (a - 1) / 2 in groups and
// g (g - 1) / 2 between them.
TEST(Dragonfly, HasTheSizeOfTheFormulas) {
  const Topology topology = topology_of("dragonfly", section(dragonfly("2", "4", "2")));
  EXPECT_EQ(topology.rank_count(), 72);
  EXPECT_EQ(topology.devices().size(), 72U + 36U);
  EXPECT_EQ(topology.links().size(), 2U * (72U + 9U * 6U + 36U));
  EXPECT_EQ(hop_diameter(topology), 5);
}

TEST(Dragonfly, JoinsEveryTwoGroupsOnceAndUsesEveryGlobalPort) {
  const Topology topology = topology_of("dragonfly", section(dragonfly("2", "4", "2")));
  const Global global = global_cables(topology);
  EXPECT_EQ(global.of_pair.size(), 9U * 8U);
  for (const auto& [pair, cables] : global.of_pair) EXPECT_EQ(cables, 1);
  EXPECT_EQ(global.most, 2);
}

// Port 0 of group 0 leads to the group before it, the last; the other end is that group's last.
TEST(Dragonfly, ArrangesGlobalLinksAsAPalmTree) {
  const Topology topology = topology_of("dragonfly", section(dragonfly("2", "4", "2")));
  std::vector<std::string> names;
  for (LinkId id = 0; id < topology.links().size(); ++id) names.push_back(topology.link_name(id));
  EXPECT_THAT(names, testing::Contains("group0.router0>group8.router3"));
  EXPECT_THAT(names, testing::Contains("group1.router0>group0.router3"));
  EXPECT_THAT(names, testing::Contains("group5.router1>group2.router2"));
}

TEST(Dragonfly, SharesFreePortsOutToAllPairsOfFewerGroups) {
  const Topology topology =
      topology_of("dragonfly", section(with(dragonfly("2", "4", "2"), {{"groups", "4"}})));
  const Global global = global_cables(topology);
  EXPECT_EQ(global.of_pair.size(), 12U);
  for (const auto& [pair, cables] : global.of_pair) EXPECT_EQ(cables, 2);  // floor(8 / 3)
  EXPECT_LE(global.most, 2);
  const Topology two =
      topology_of("dragonfly", section(with(dragonfly("2", "4", "2"), {{"groups", "2"}})));
  EXPECT_EQ(global_cables(two).of_pair.at({0, 1}), 8);
  const Topology one =
      topology_of("dragonfly", section(with(dragonfly("2", "4", "2"), {{"groups", "1"}})));
  EXPECT_EQ(hop_diameter(one), 3);
}

// Between halves of the groups stand (g / 2)^2 pairs of groups.
TEST(Dragonfly, HasTheBisectionOfTheGlobalLinksBetweenTheHalves) {
  const Topology topology = topology_of("dragonfly", section(dragonfly("2", "3", "1")));
  EXPECT_EQ(bisection(topology), 100_Gbps * 4);
  const Topology wide = topology_of(
      "dragonfly", section(with(dragonfly("8", "5", "1"),
                                {{"global_link", config::map({{"bandwidth", "200 Gb/s"}})},
                                 {"local_link", config::map({{"bandwidth", "400 Gb/s"}})}})));
  EXPECT_EQ(bisection(wide), 200_Gbps * 9);
}

TEST(Dragonfly, GivesLocalAndGlobalLinksTheirOwnCables) {
  const Topology topology = topology_of(
      "dragonfly", section(with(dragonfly("1", "2", "1"),
                                {{"local_link", config::map({{"latency", "2 us"}})},
                                 {"global_link", config::map({{"latency", "5 us"}})}})));
  EXPECT_EQ(latency_diameter(topology), 1_usec + 2_usec + 5_usec + 2_usec + 1_usec);
}

TEST(Dragonfly, CountsGroupsAsPods) {
  const Topology topology = topology_of("dragonfly", section(dragonfly("2", "4", "2")));
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    EXPECT_EQ(topology.device(topology.device_of(rank)).pod, rank / 8);
  }
}

TEST(DragonflyPlus, RefusesMissingKeysAndTooManyGroups) {
  const std::string errors = errors_of("dragonfly_plus", {{"ranks", "4"}});
  EXPECT_THAT(errors, HasSubstr("topology.ports_per_leaf: the key"));
  EXPECT_THAT(errors, HasSubstr("topology.global_links_per_spine: the key"));
  EXPECT_THAT(errors_of("dragonfly_plus", with(plus("2", "2", "2", "2"), {{"groups", "6"}})),
              HasSubstr("topology.groups: 6 is out of range; legal: 1 to 5"));
  EXPECT_THAT(errors_of("dragonfly_plus", with(plus("2", "2", "2", "2"), {{"ranks", "21"}})),
              HasSubstr("topology.ranks: 21 ports are more than the fabric has; legal: up to 20"));
}

// Groups of 2 leaves with 2 ranks each and of 2 spines with 2 global links each: 5 groups.
TEST(DragonflyPlus, HasTheSizeOfTheFormulas) {
  const Topology topology = topology_of("dragonfly_plus", section(plus("2", "2", "2", "2")));
  EXPECT_EQ(topology.rank_count(), 20);
  EXPECT_EQ(topology.devices().size(), 20U + 5U * 4U);
  EXPECT_EQ(topology.links().size(), 2U * (20U + 5U * 4U + 10U));
  EXPECT_EQ(hop_diameter(topology), 5);
  const Global global = global_cables(topology);
  EXPECT_EQ(global.of_pair.size(), 20U);
  EXPECT_EQ(global.most, 2);
  EXPECT_EQ(topology.device(topology.ranks()[19]).pod, 4);
}

TEST(DragonflyPlus, HasTheBisectionOfTheGlobalLinksBetweenTheHalves) {
  // 6 groups: 9 pairs of groups; 5 global links leave a group for 20 ranks.
  const Topology topology = topology_of("dragonfly_plus", section(plus("4", "5", "5", "1")));
  EXPECT_EQ(bisection(topology), 100_Gbps * 9);
}

// Fewer groups have more cables between each two, so that no group stands empty.
TEST(Dragonfly, HasNoMoreGroupsThanItsRanksFill) {
  for (const auto& [ranks, groups] :
       {std::pair{"1", 1}, {"8", 1}, {"9", 2}, {"40", 5}, {"72", 9}}) {
    const Topology topology =
        topology_of("dragonfly", section(with(dragonfly("2", "4", "2"), {{"ranks", ranks}})));
    EXPECT_EQ(topology.device(topology.ranks().back()).pod, groups - 1);
    EXPECT_EQ(static_cast<int>(topology.devices().size()), topology.rank_count() + 4 * groups)
        << ranks;
  }
  const Topology two =
      topology_of("dragonfly", section(with(dragonfly("2", "4", "2"), {{"ranks", "9"}})));
  EXPECT_EQ(global_cables(two).of_pair.at({0, 1}), 8);
}

TEST(Dragonfly, KeepsTheGroupsThatAKeyAsksFor) {
  const Topology topology = topology_of(
      "dragonfly", section(with(dragonfly("2", "4", "2"), {{"ranks", "8"}, {"groups", "9"}})));
  EXPECT_EQ(topology.devices().size(), 8U + 36U);
}

TEST(DragonflyPlus, HasNoMoreGroupsThanItsRanksFill) {
  const Topology topology =
      topology_of("dragonfly_plus", section(with(plus("2", "2", "2", "2"), {{"ranks", "9"}})));
  EXPECT_EQ(topology.devices().size(), 9U + 3U * 4U);
  EXPECT_EQ(global_cables(topology).of_pair.at({0, 2}), 2);  // floor(4 / 2)
}

}  // namespace
}  // namespace commsim::dragonfly_test
