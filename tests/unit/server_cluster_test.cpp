#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::server_cluster_test {
namespace {

using config::Value;
using testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, Value>>;

ConfigNode link(const char* bandwidth, const char* latency) {
  return config::map({{"bandwidth", bandwidth}, {"latency", latency}});
}

Entries servers_of_two() {
  return {{"gpus", "2"},
          {"intra", "switch"},
          {"gpu_link", link("100 GB/s", "1 us")},
          {"nics", "2"},
          {"gpu_nic", link("30 GB/s", "2 us")},
          {"nic", link("80 Gb/s", "3 us")}};
}

ConfigNode with(Entries base, const Entries& more) {
  for (const auto& entry : more) {
    const auto same = [&](const auto& other) { return other.first == entry.first; };
    std::erase_if(base, same);
    base.push_back(entry);
  }
  return config::map(base);
}

std::string errors_of(const Entries& entries) {
  const auto built = build_topology("server_cluster", config::map(entries));
  EXPECT_EQ(built.topology.has_value(), built.errors.empty());
  return built.errors;
}

Topology cluster(const Entries& entries) {
  return topology_of("server_cluster", config::map(entries));
}

std::ptrdiff_t count(const Topology& topology, DeviceKind kind) {
  return std::ranges::count(topology.devices(), kind, &Device::kind);
}

const Link& link_named(const Topology& topology, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return topology.link(id);
  }
  throw std::runtime_error("no link " + std::string(name));
}

std::string medium(const Topology& topology, std::string_view name) {
  return topology.media()[link_named(topology, name).medium];
}

TEST(ServerCluster, RefusesMissingServers) {
  EXPECT_THAT(errors_of({{"preset", "dgx_a100"}}), HasSubstr("topology.servers: the key"));
}

TEST(ServerCluster, RefusesAnUnknownPresetWithTheNearest) {
  EXPECT_THAT(errors_of({{"servers", "2"}, {"preset", "dgx_a10"}}),
              HasSubstr("unknown server preset 'dgx_a10'; did you mean 'dgx_a100'?"));
}

TEST(ServerCluster, NeedsEveryKeyWithoutAPreset) {
  const std::string errors = errors_of({{"servers", "2"}, {"gpus", "2"}, {"intra", "mesh"}});
  EXPECT_THAT(errors, HasSubstr("topology.gpu_link.bandwidth"));
  EXPECT_THAT(errors, HasSubstr("topology.nics"));
  EXPECT_THAT(errors, HasSubstr("topology.gpu_nic.bandwidth"));
  EXPECT_THAT(errors, HasSubstr("topology.nic.bandwidth"));
  EXPECT_THAT(errors_of({{"servers", "1"}, {"gpus", "2"}}), HasSubstr("topology.intra"));
}

TEST(ServerCluster, RefusesAnOversubscriptionBelowOne) {
  for (const char* ratio : {"0.5", "0", "-1", "1e9"}) {
    EXPECT_THAT(errors_of({{"servers", "2"},
                           {"preset", "dgx_a100"},
                           {"fabric", "rail_optimised"},
                           {"oversubscription", ratio}}),
                HasSubstr("topology.oversubscription: "))
        << ratio;
  }
}

TEST(ServerCluster, RefusesServersPerLeafMissingAndKeysOfOtherFabrics) {
  EXPECT_THAT(errors_of({{"servers", "4"}, {"preset", "dgx_a100"}, {"fabric", "leaf_spine"}}),
              HasSubstr("topology.servers_per_leaf: the key"));
  const auto built = build_topology(
      "server_cluster", config::map({{"servers", "4"}, {"preset", "dgx_a100"}, {"spines", "4"}}));
  EXPECT_THAT(built.errors, HasSubstr("unknown key 'spines'"));
}

TEST(ServerCluster, RefusesAHugeOneBeforeBuildingIt) {
  EXPECT_THAT(errors_of({{"servers", "1048576"}, {"preset", "dgx_a100"}}),
              HasSubstr("8388608 ranks; legal: up to 1048576"));
  EXPECT_THAT(errors_of({{"servers", "2"},
                         {"gpus", "4096"},
                         {"intra", "mesh"},
                         {"preset", "dgx_a100"},
                         {"gpu_link", link("1 GB/s", "0 s")}}),
              HasSubstr("links; legal: up to"));
}

TEST(ServerCluster, RefusesAnUplinkWithoutBandwidth) {
  EXPECT_THAT(errors_of({{"servers", "2"},
                         {"preset", "dgx_a100"},
                         {"nic", link("8 b/s", "0 s")},
                         {"fabric", "rail_optimised"},
                         {"spines", "64"}}),
              HasSubstr("would have no bandwidth"));
}

TEST(ServerCluster, RefusesServersThatNothingJoinsInside) {
  EXPECT_THAT(errors_of({{"servers", "1"}, {"gpus", "2"}, {"intra", "none"}}),
              HasSubstr("GPUs that meet only through NICs need a network"));
}

TEST(ServerCluster, OfOneServerHasNoNetwork) {
  const Topology topology = cluster({{"servers", "1"}, {"preset", "dgx_a100"}});
  EXPECT_EQ(topology.devices().size(), 9U);
  EXPECT_EQ(topology.links().size(), 16U);
  EXPECT_EQ(count(topology, DeviceKind::kNic), 0);
}

TEST(ServerCluster, OfOneGpuEachNeedsNothingInside) {
  const Topology topology = cluster({{"servers", "3"},
                                     {"gpus", "1"},
                                     {"nics", "1"},
                                     {"gpu_nic", link("30 GB/s", "0 s")},
                                     {"nic", link("10 GB/s", "0 s")}});
  EXPECT_EQ(topology.devices().size(), 7U);
  EXPECT_EQ(topology.links().size(), 12U);
}

TEST(ServerCluster, BuildsAPreset) {
  const Topology topology = cluster({{"servers", "2"}, {"preset", "dgx_h100"}});
  EXPECT_EQ(topology.rank_count(), 16);
  EXPECT_EQ(count(topology, DeviceKind::kNic), 16);
  EXPECT_EQ(count(topology, DeviceKind::kSwitch), 3);
  EXPECT_EQ(topology.links().size(), 2U * 16U * 3U);
  EXPECT_EQ(link_named(topology, "s1.gpu5>s1.nvswitch").bandwidth, 450_GBps);
  EXPECT_EQ(link_named(topology, "s1.gpu5>s1.nic5").bandwidth, 504_Gbps);
  EXPECT_EQ(link_named(topology, "s0.nic7>leaf0").bandwidth, 400_Gbps);
}

TEST(ServerCluster, TakesAsLongAsTheSourceOfThePresetsSays) {
  for (const char* preset : {"dgx_a100", "dgx_h100"}) {
    const auto latencies = least_latencies(cluster({{"servers", "2"}, {"preset", preset}}), 0);
    EXPECT_EQ(latencies[1], 600_nsec);
    EXPECT_EQ(latencies[8], 2700_nsec);
  }
}

TEST(ServerCluster, NamesServersAndMedia) {
  const Topology topology = cluster({{"servers", "2"}, {"preset", "dgx_h100"}});
  EXPECT_EQ(medium(topology, "s1.gpu5>s1.nvswitch"), "nvlink");
  EXPECT_EQ(medium(topology, "s1.gpu5>s1.nic5"), "pcie");
  EXPECT_EQ(medium(topology, "leaf0>s0.nic7"), "network");
  for (const Device& device : topology.devices()) {
    const int server = device.name[0] == 's' ? device.name[1] - '0' : -1;
    EXPECT_EQ(device.server, server) << device.name;
  }
}

TEST(ServerCluster, LetsExplicitKeysGoBeforeThePreset) {
  const Topology topology = cluster({{"servers", "2"},
                                     {"preset", "dgx_a100"},
                                     {"gpus", "4"},
                                     {"nics", "4"},
                                     {"nic", config::map({{"bandwidth", "400 Gb/s"}})}});
  EXPECT_EQ(topology.rank_count(), 8);
  EXPECT_EQ(link_named(topology, "s0.nic0>leaf0").bandwidth, 400_Gbps);
  EXPECT_EQ(link_named(topology, "s0.nic0>leaf0").latency, 350_nsec);
}

TEST(ServerCluster, JoinsAMeshPairByPair) {
  const Topology topology =
      topology_of("server_cluster",
                  with(servers_of_two(), {{"servers", "1"}, {"gpus", "4"}, {"intra", "mesh"}}));
  EXPECT_EQ(topology.devices().size(), 4U);
  EXPECT_EQ(topology.links().size(), 12U);
  EXPECT_EQ(medium(topology, "s0.gpu1>s0.gpu3"), "nvlink");
}

TEST(ServerCluster, LetsNeighbouringGpusShareANic) {
  const Topology topology = topology_of(
      "server_cluster", with(servers_of_two(), {{"servers", "2"}, {"gpus", "8"}, {"nics", "2"}}));
  EXPECT_NO_THROW(link_named(topology, "s1.gpu3>s1.nic0"));
  EXPECT_NO_THROW(link_named(topology, "s1.gpu4>s1.nic1"));
  EXPECT_EQ(topology.links().size(), 2U * (16U + 16U + 4U));
}

TEST(ServerCluster, GivesAGpuSeveralNics) {
  const Topology topology = topology_of(
      "server_cluster", with(servers_of_two(), {{"servers", "2"}, {"gpus", "2"}, {"nics", "4"}}));
  EXPECT_NO_THROW(link_named(topology, "s1.gpu0>s1.nic1"));
  EXPECT_NO_THROW(link_named(topology, "s1.gpu1>s1.nic2"));
  EXPECT_EQ(topology.links().size(), 2U * (4U + 8U + 8U));
}

// The first half of the servers sends to the second through its NICs.
TEST(ServerCluster, CarriesAllNicsOverASingleSwitch) {
  const Topology topology =
      topology_of("server_cluster", with(servers_of_two(), {{"servers", "4"}}));
  EXPECT_EQ(bisection(topology), 320_Gbps);
}

struct Fabric {
  const char* kind;
  const char* oversubscription;
  const char* spines;
  Bandwidth uplink;
  Bandwidth bisection;
};

class ServerFabric : public testing::TestWithParam<Fabric> {};

// 8 servers with 2 NICs of 80 Gb/s. Rails: 2 leaves of 8 NICs; leaves and spines: 4 leaves of 4
// NICs. On rails the halves of each rail meet in its leaf, whatever the spines carry; on leaves all
// that crosses goes up, so the oversubscription divides it.
INSTANTIATE_TEST_SUITE_P(All, ServerFabric,
                         testing::Values(Fabric{"rail_optimised", "1", "1", 640_Gbps, 640_Gbps},
                                         Fabric{"rail_optimised", "4", "2", 80_Gbps, 640_Gbps},
                                         Fabric{"leaf_spine", "1", "1", 320_Gbps, 640_Gbps},
                                         Fabric{"leaf_spine", "1", "4", 80_Gbps, 640_Gbps},
                                         Fabric{"leaf_spine", "2", "4", 40_Gbps, 320_Gbps},
                                         Fabric{"leaf_spine", "2.5", "2", 64_Gbps, 256_Gbps}));

TEST_P(ServerFabric, DividesTheUplinksByTheOversubscription) {
  const Fabric& fabric = GetParam();
  const bool rails = std::string_view(fabric.kind) == "rail_optimised";
  Entries keys{{"servers", "8"},
               {"fabric", fabric.kind},
               {"oversubscription", fabric.oversubscription},
               {"spines", fabric.spines},
               {"fabric_latency", "7 us"}};
  if (!rails) keys.emplace_back("servers_per_leaf", "2");
  const Topology topology = topology_of("server_cluster", with(servers_of_two(), keys));

  const auto spines = std::stoul(fabric.spines);
  const std::size_t leaves = rails ? 2 : 4;
  constexpr std::size_t kServers = 8;
  EXPECT_EQ(topology.devices().size(), kServers * 5 + leaves + spines);
  EXPECT_EQ(topology.links().size(), 2 * (kServers * 6 + leaves * spines));
  EXPECT_EQ(link_named(topology, "leaf1>spine0").bandwidth, fabric.uplink);
  EXPECT_EQ(link_named(topology, "spine0>leaf1").latency, 7_usec);
  EXPECT_EQ(bisection(topology), fabric.bisection);
}

TEST(ServerCluster, RoundsUplinksDownToWholeBits) {
  const Topology topology =
      topology_of("server_cluster", with(servers_of_two(), {{"servers", "2"},
                                                            {"fabric", "rail_optimised"},
                                                            {"oversubscription", "1.1"},
                                                            {"spines", "3"}}));
  // 160 Gb/s / 1.1 / 3
  EXPECT_EQ(link_named(topology, "leaf0>spine0").bandwidth,
            Bandwidth::bits_per_second(48'484'848'484));
  EXPECT_EQ(link_named(topology, "leaf0>spine0").latency, 3_usec);
}

TEST(ServerCluster, HasNoSpineAboveALoneLeaf) {
  const Topology topology =
      topology_of("server_cluster",
                  with(servers_of_two(),
                       {{"servers", "2"}, {"fabric", "leaf_spine"}, {"servers_per_leaf", "4"}}));
  EXPECT_EQ(count(topology, DeviceKind::kSwitch), 3);
}

}  // namespace
}  // namespace commsim::server_cluster_test
