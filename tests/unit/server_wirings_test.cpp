// What stands inside a server, wiring by wiring.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "tests/support/topology.hpp"
#include "topology/routing.hpp"
#include "topology/wiring.hpp"

namespace commsim::server_wirings_test {
namespace {

using config::Value;
using testing::ElementsAre;
using testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, Value>>;

Value link(const char* bandwidth, const char* latency = "1 us") {
  return config::map({{"bandwidth", bandwidth}, {"latency", latency}});
}

Topology cluster(const Entries& entries) {
  return topology_of("server_cluster", config::map(entries));
}

std::string errors_of(const Entries& entries) {
  return build_topology("server_cluster", config::map(entries)).errors;
}

Entries pcie_server(const char* servers, const char* gpus, const char* sockets,
                    const char* gpus_per_switch) {
  return {{"servers", servers},
          {"gpus", gpus},
          {"nics", "2"},
          {"intra", "pcie"},
          {"sockets", sockets},
          {"gpus_per_switch", gpus_per_switch},
          {"pcie_link", link("30 GB/s")},
          {"socket_link", link("20 GB/s")},
          {"nic", link("100 Gb/s")}};
}

std::vector<std::string> route_names(const Topology& topology, Rank from, Rank to) {
  Router router(topology, Registry<RoutingPolicy>::get("shortest", "routing"), {});
  std::vector<LinkId> route;
  const auto rank = [&](Rank r) { return topology.device_of(r); };
  router.route({.from = rank(from), .to = rank(to)}, route);
  std::vector<std::string> names;
  for (const LinkId id : route) names.push_back(topology.link_name(id));
  return names;
}

std::set<std::string> device_names(const Topology& topology) {
  std::set<std::string> names;
  for (const Device& device : topology.devices()) names.insert(device.name);
  return names;
}

// GB/s that the links of this class carry away from a device.
std::int64_t outgoing(const Topology& topology, DeviceId device, std::string_view medium) {
  std::int64_t bits = 0;
  for (const LinkId id : topology.out_links(device)) {
    if (topology.media()[topology.link(id).medium] != medium) continue;
    bits += topology.link(id).bandwidth.bits_per_second();
  }
  return bits / 8'000'000'000;
}

TEST(Wirings, AllSayWhatTheyAreAndWhereTheyAreDescribed) {
  EXPECT_THAT(Registry<Wiring>::names(),
              testing::IsSupersetOf({"hybrid_cube_mesh", "mesh", "none", "pcie", "switch"}));
  for (const Wiring* wiring : Registry<Wiring>::entries()) {
    EXPECT_FALSE(wiring->summary.empty() || wiring->summary.ends_with('.')) << wiring->name;
    EXPECT_FALSE(wiring->reference.empty()) << wiring->name;
  }
}

TEST(Wirings, RefuseAnUnknownOneWithTheNearest) {
  const std::string errors = errors_of({{"servers", "1"}, {"gpus", "2"}, {"intra", "pci"}});
  EXPECT_THAT(errors, HasSubstr("topology.intra: unknown choice 'pci'; did you mean 'pcie'?"));
  EXPECT_EQ(errors.find("unknown key"), std::string::npos) << "which are legal is open";
}

TEST(Wirings, RefuseTheKeysOfOthers) {
  EXPECT_THAT(errors_of({{"servers", "1"}, {"preset", "dgx_a100"}, {"sockets", "2"}}),
              HasSubstr("unknown key 'sockets'"));
  EXPECT_THAT(errors_of({{"servers", "1"}, {"preset", "pcie_box"}, {"gpu_link", link("1 GB/s")}}),
              HasSubstr("unknown key 'gpu_link'"));
}

// A preset has only the links of its own wiring.
TEST(Wirings, NeedALinkThatThePresetDoesNotHave) {
  EXPECT_THAT(errors_of({{"servers", "1"}, {"preset", "dgx_a100"}, {"intra", "pcie"}}),
              HasSubstr("topology.pcie_link.bandwidth: the key"));
  EXPECT_THAT(errors_of({{"servers", "1"}, {"preset", "pcie_box"}, {"intra", "switch"}}),
              HasSubstr("topology.gpu_link.bandwidth: the key"));
}

TEST(PcieWiring, RefusesCountsOutOfRangeAndMissingLinks) {
  EXPECT_THAT(errors_of(pcie_server("1", "4", "0", "2")), HasSubstr("topology.sockets: 0 is out"));
  EXPECT_THAT(errors_of(pcie_server("1", "4", "9", "2")), HasSubstr("legal: 1 to 8"));
  EXPECT_THAT(errors_of(pcie_server("1", "4", "1", "-1")),
              HasSubstr("topology.gpus_per_switch: -1 is out of range"));
  const std::string errors =
      errors_of({{"servers", "1"}, {"gpus", "2"}, {"intra", "pcie"}, {"sockets", "2"}});
  EXPECT_THAT(errors, HasSubstr("topology.pcie_link.bandwidth"));
  EXPECT_THAT(errors, HasSubstr("topology.socket_link.bandwidth"));
}

TEST(PcieWiring, PutsSwitchesBehindSockets) {
  const Topology topology = cluster(pcie_server("1", "8", "2", "2"));
  EXPECT_EQ(topology.devices().size(), 8U + 2U + 4U) << "a server alone has no NICs";
  EXPECT_EQ(topology.links().size(), 2U * (8U + 4U + 1U));
  EXPECT_THAT(route_names(topology, 0, 1), ElementsAre("s0.gpu0>s0.pcie0", "s0.pcie0>s0.gpu1"));
  EXPECT_THAT(route_names(topology, 2, 4),
              ElementsAre("s0.gpu2>s0.pcie1", "s0.pcie1>s0.cpu0", "s0.cpu0>s0.cpu1",
                          "s0.cpu1>s0.pcie2", "s0.pcie2>s0.gpu4"));
}

TEST(PcieWiring, DealsNicsToTheSwitches) {
  const Topology topology = cluster(pcie_server("2", "8", "2", "2"));
  EXPECT_THAT(route_names(topology, 1, 8),
              ElementsAre("s0.gpu1>s0.pcie0", "s0.pcie0>s0.nic0", "s0.nic0>leaf0", "leaf0>s1.nic0",
                          "s1.nic0>s1.pcie0", "s1.pcie0>s1.gpu0"));
  EXPECT_THAT(route_names(topology, 4, 8)[1], "s0.pcie2>s0.nic1");
}

TEST(PcieWiring, PlugsEverythingIntoTheSocketsWithoutSwitches) {
  const Topology topology = cluster(pcie_server("2", "4", "2", "0"));
  EXPECT_EQ(topology.devices().size(), 2U * (4U + 2U + 2U) + 1U);
  EXPECT_THAT(route_names(topology, 1, 2),
              ElementsAre("s0.gpu1>s0.cpu0", "s0.cpu0>s0.cpu1", "s0.cpu1>s0.gpu2"));
  EXPECT_THAT(route_names(topology, 2, 6),
              ElementsAre("s0.gpu2>s0.cpu1", "s0.cpu1>s0.nic1", "s0.nic1>leaf0", "leaf0>s1.nic1",
                          "s1.nic1>s1.cpu1", "s1.cpu1>s1.gpu2"));
}

TEST(PcieWiring, KeepsTheLastSwitchForWhatIsLeft) {
  const Topology topology = cluster(pcie_server("1", "5", "1", "2"));
  EXPECT_THAT(route_names(topology, 4, 3), ElementsAre("s0.gpu4>s0.pcie2", "s0.pcie2>s0.cpu0",
                                                       "s0.cpu0>s0.pcie1", "s0.pcie1>s0.gpu3"));
}

TEST(PcieWiring, JoinsEachTwoSockets) {
  const Topology topology = cluster(pcie_server("1", "4", "4", "1"));
  EXPECT_EQ(topology.links().size(), 2U * (4U + 4U + 6U));
}

TEST(PcieWiring, NamesItsMedia) {
  const Topology topology = cluster(pcie_server("2", "4", "2", "2"));
  EXPECT_THAT(topology.media(), ElementsAre("socket", "pcie", "network"));
  EXPECT_EQ(std::ranges::count(topology.devices(), DeviceKind::kHost, &Device::kind), 4);
}

TEST(HybridCubeMesh, RefusesOtherNumbersOfGpus) {
  for (const char* gpus : {"4", "16"}) {
    EXPECT_THAT(errors_of({{"servers", "2"}, {"preset", "dgx1_v100"}, {"gpus", gpus}}),
                HasSubstr("topology.gpus: a hybrid cube mesh joins 8 GPUs, found"));
  }
}

// Six links of 25 GB/s at each GPU, to four others, of which two pairs have two links.
TEST(HybridCubeMesh, SpendsSixLinksAtEachGpu) {
  const Topology topology = cluster({{"servers", "1"}, {"preset", "dgx1_v100"}});
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(outgoing(topology, gpu, "nvlink"), 6 * 25);
    EXPECT_EQ(topology.out_links(gpu).size(), 4U + 1U) << "four GPUs and a PCIe switch";
  }
}

// Rows and columns as nvidia-smi topo -m prints them; 0 stands for SYS.
TEST(HybridCubeMesh, IsTheOneOfTheDgx1) {
  constexpr std::array<std::array<int, 8>, 8> kLinks{{{0, 1, 1, 2, 2, 0, 0, 0},
                                                      {1, 0, 2, 1, 0, 2, 0, 0},
                                                      {1, 2, 0, 2, 0, 0, 1, 0},
                                                      {2, 1, 2, 0, 0, 0, 0, 1},
                                                      {2, 0, 0, 0, 0, 1, 1, 2},
                                                      {0, 2, 0, 0, 1, 0, 2, 1},
                                                      {0, 0, 1, 0, 1, 2, 0, 2},
                                                      {0, 0, 0, 1, 2, 1, 2, 0}}};
  const Topology topology = cluster({{"servers", "1"}, {"preset", "dgx1_v100"}});
  std::map<std::pair<DeviceId, DeviceId>, std::int64_t> found;
  for (const Link& cable : topology.links()) {
    found[{cable.from, cable.to}] = cable.bandwidth.bits_per_second() / 200'000'000'000;
  }
  for (DeviceId a = 0; a < 8; ++a) {
    for (DeviceId b = 0; b < 8; ++b) {
      const auto pair = found.find({a, b});
      EXPECT_EQ(pair == found.end() ? 0 : pair->second, kLinks.at(a).at(b)) << a << " " << b;
    }
  }
}

TEST(HybridCubeMesh, TakesPcieWhereNoNvlinkIs) {
  const Topology topology = cluster({{"servers", "1"}, {"preset", "dgx1_v100"}});
  EXPECT_THAT(route_names(topology, 0, 4), ElementsAre("s0.gpu0>s0.gpu4"));
  EXPECT_THAT(route_names(topology, 0, 7),
              ElementsAre("s0.gpu0>s0.pcie0", "s0.pcie0>s0.cpu0", "s0.cpu0>s0.cpu1",
                          "s0.cpu1>s0.pcie3", "s0.pcie3>s0.gpu7"))
      << "GPUs do not forward";
}

TEST(HybridCubeMesh, GivesEachPairOfGpusANic) {
  const Topology topology = cluster({{"servers", "2"}, {"preset", "dgx1_v100"}});
  EXPECT_TRUE(device_names(topology).contains("s1.nic3"));
  for (const Rank gpu : {0, 1, 2, 3, 4, 5, 6, 7}) {
    const auto route = route_names(topology, gpu, gpu + 8);
    ASSERT_EQ(route.size(), 6U);
    const std::string pair = std::to_string(gpu / 2);
    EXPECT_EQ(route[1], "s0.pcie" + pair + ">s0.nic" + pair);
  }
}

}  // namespace
}  // namespace commsim::server_wirings_test
