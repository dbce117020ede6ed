// Are the servers by name what their makers say, and do they build?
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"
#include "topology/fabric_plan.hpp"
#include "topology/preset.hpp"
#include "topology/wiring.hpp"

namespace commsim::server_presets_test {
namespace {

using config::Value;
using Entries = std::vector<std::pair<std::string, Value>>;

// What a fabric needs besides its name, with room for the 144 ports of two GB200 NVL72.
Entries keys_of(std::string_view fabric) {
  if (fabric == "leaf_spine") return {{"servers_per_leaf", "1"}};
  if (fabric == "rail_optimised_clos") return {{"servers_per_leaf", "1"}};
  if (fabric == "clos") return {{"servers_per_leaf", "1"}, {"leaves_per_pod", "1"}};
  if (fabric == "fat_tree") return {{"arity", "10"}};
  if (fabric == "planes") return {{"planes", "2"}};
  if (fabric == "dragonfly") {
    return {
        {"ports_per_router", "8"}, {"routers_per_group", "4"}, {"global_links_per_router", "2"}};
  }
  if (fabric == "dragonfly_plus") {
    return {{"ports_per_leaf", "8"},
            {"leaves_per_group", "4"},
            {"spines_per_group", "2"},
            {"global_links_per_spine", "2"}};
  }
  return {};
}

Topology cluster(const std::string& preset, const char* servers, const Entries& more = {}) {
  Entries entries{{"servers", servers}, {"preset", preset}};
  entries.insert(entries.end(), more.begin(), more.end());
  return topology_of("server_cluster", config::map(entries));
}

std::int64_t bits_out(const Topology& topology, DeviceId device, std::string_view medium) {
  std::int64_t bits = 0;
  for (const LinkId id : topology.out_links(device)) {
    if (topology.media()[topology.link(id).medium] != medium) continue;
    bits += topology.link(id).bandwidth.bits_per_second();
  }
  return bits;
}

class EveryPreset : public testing::TestWithParam<std::string> {
 protected:
  static const ServerSpec& spec() {
    return Registry<ServerPreset>::get(GetParam(), "preset").server;
  }
};

INSTANTIATE_TEST_SUITE_P(All, EveryPreset, testing::ValuesIn(Registry<ServerPreset>::names()),
                         [](const auto& test) { return test.param; });

TEST_P(EveryPreset, NamesAWiringAndItsFigures) {
  EXPECT_NE(Registry<Wiring>::find(spec().intra), nullptr);
  const ServerPreset& preset = Registry<ServerPreset>::get(GetParam(), "preset");
  EXPECT_FALSE(preset.summary.empty() || preset.summary.ends_with('.'));
  EXPECT_FALSE(preset.reference.empty());
  EXPECT_THAT(preset.reference, testing::HasSubstr("uncalibrated"));
}

TEST_P(EveryPreset, BuildsAlone) {
  const Topology topology = cluster(GetParam(), "1");
  EXPECT_EQ(topology.rank_count(), spec().gpus);
  for (const Device& device : topology.devices()) {
    EXPECT_NE(device.kind, DeviceKind::kNic);
    EXPECT_EQ(device.server, 0);
  }
}

TEST_P(EveryPreset, BuildsAsTwoOnEveryFabric) {
  for (const std::string& fabric : Registry<Fabric>::names()) {
    SCOPED_TRACE(fabric);
    Entries keys = keys_of(fabric);
    keys.emplace_back("fabric", fabric);
    const Topology topology = cluster(GetParam(), "2", keys);
    EXPECT_EQ(topology.rank_count(), 2 * spec().gpus);
    EXPECT_EQ(std::ranges::count(topology.devices(), DeviceKind::kNic, &Device::kind),
              2 * spec().nics);
  }
}

TEST_P(EveryPreset, NamesEveryDeviceOnceAndItsGpusInOrder) {
  const Topology topology = cluster(GetParam(), "2");
  std::set<std::string> names;
  for (const Device& device : topology.devices()) {
    EXPECT_TRUE(names.insert(device.name).second) << device.name;
  }
  for (int rank = 0; rank < 2 * spec().gpus; ++rank) {
    const DeviceId gpu = topology.device_of(rank);
    EXPECT_EQ(topology.device(gpu).name, "s" + std::to_string(rank / spec().gpus) + ".gpu" +
                                             std::to_string(rank % spec().gpus));
    EXPECT_EQ(topology.device(gpu).server, rank / spec().gpus);
  }
}

// GPU g of one server to GPU g of the other: two GPU-NIC paths of 1 us and 0.7 us between NICs, of
// EFA 27 us.
TEST_P(EveryPreset, TakesAsLongAsTheSourceOfItsLatenciesSays) {
  const auto latencies = least_latencies(cluster(GetParam(), "2"), 0);
  const bool efa = spec().facts.network_latency > Duration{0};
  EXPECT_EQ(latencies[static_cast<std::size_t>(spec().gpus)], efa ? 29_usec : 2700_nsec);
  EXPECT_EQ(latencies[1], spec().intra == "pcie" ? 1_usec : 600_nsec);
}

struct Figures {
  const char* preset;
  int gpus;
  std::int64_t gpu_links;  // what a GPU sends to others of its server, GB/s
  int nics;
  std::int64_t network;  // what a server sends to others, Gb/s
};

class PresetFigures : public testing::TestWithParam<Figures> {};

INSTANTIATE_TEST_SUITE_P(
    Published, PresetFigures,
    testing::Values(Figures{"dgx1_v100", 8, 150, 4, 400}, Figures{"dgx_a100", 8, 300, 8, 1600},
                    Figures{"dgx_h100", 8, 450, 8, 3200}, Figures{"dgx_h200", 8, 450, 8, 3200},
                    Figures{"dgx_b200", 8, 900, 8, 3200},
                    Figures{"gb200_nvl72", 72, 900, 72, 28800}, Figures{"mi300x", 8, 448, 8, 3200},
                    Figures{"aws_p4d", 8, 300, 4, 400}, Figures{"aws_p5", 8, 450, 32, 3200},
                    Figures{"aws_p6_b200", 8, 900, 8, 3200}, Figures{"gcp_a3_high", 8, 450, 4, 800},
                    Figures{"gcp_a3_mega", 8, 450, 8, 1600},
                    Figures{"gcp_a4_high", 8, 900, 8, 3200},
                    Figures{"azure_nd_a100_v4", 8, 300, 8, 1600},
                    Figures{"azure_nd_h100_v5", 8, 450, 8, 3200}, Figures{"pcie_box", 4, 0, 2, 400},
                    Figures{"pcie_box_two_sockets", 8, 0, 4, 800}),
    [](const auto& test) { return std::string(test.param.preset); });

TEST_P(PresetFigures, AreThoseOfTheMaker) {
  const Figures& figures = GetParam();
  const Topology topology = cluster(figures.preset, "2");
  EXPECT_EQ(topology.rank_count(), 2 * figures.gpus);
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(bits_out(topology, gpu, "nvlink"), figures.gpu_links * 8'000'000'000);
  }
  int nics = 0;
  std::int64_t network = 0;
  for (DeviceId id = 0; id < topology.devices().size(); ++id) {
    if (topology.device(id).kind != DeviceKind::kNic || topology.device(id).server != 0) continue;
    ++nics;
    network += bits_out(topology, id, "network");
  }
  EXPECT_EQ(nics, figures.nics);
  EXPECT_EQ(network, figures.network * 1'000'000'000);
}

TEST(PresetFigures, AreCheckedForEveryPreset) {
  EXPECT_EQ(Registry<ServerPreset>::names().size(), 17U) << "add the new one above";
}

}  // namespace
}  // namespace commsim::server_presets_test
