#include <gmock/gmock.h>

#include "tests/support/import.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim::import::nvidia_smi_topology_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kImport = "nvidia_smi_topology";
constexpr const char* kDgx1 = "scenarios/topologies/dgx1_v100_nvidia_smi.txt";
constexpr const char* kA100 = "tests/fuzz/corpus/nvidia_smi_topology/a100_underlined";
constexpr const char* kPcieBox = "tests/fuzz/corpus/nvidia_smi_topology/pcie_box";

Entries keys(const Entries& more = {}) {
  Entries entries{{"nvlink", speed("25 GB/s", "600 ns")},
                  {"pcie", speed("30 GB/s", "500 ns")},
                  {"socket", speed("10 GB/s", "100 ns")},
                  {"nic", speed("200 Gb/s", "350 ns")}};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

std::string errors_of(const std::string& text, const Entries& more = keys()) {
  const Read result = read(kImport, text, more);
  EXPECT_EQ(result.plan == nullptr, !result.errors.empty());
  return result.errors;
}

// Two GPUs and a NIC, without NVLink.
const std::string kSmall =
    "\tGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\n"
    "GPU0\t X \tPHB\tPIX\t0-7\t0\n"
    "GPU1\tPHB\t X \tPHB\t0-7\t0\n"
    "NIC0\tPIX\tPHB\t X \t\t\n";

// GPUs alone, with that cell for each pair.
std::string all_alike(int gpus, const std::string& cell) {
  std::string text;
  for (int g = 0; g < gpus; ++g) text += "\tGPU" + std::to_string(g);
  for (int row = 0; row < gpus; ++row) {
    text += "\nGPU" + std::to_string(row);
    for (int column = 0; column < gpus; ++column) text += "\t" + (row == column ? "X" : cell);
  }
  return text + "\n";
}

struct Refusal {
  const char* from;
  const char* to;
  const char* message;
};

class SmiRefusal : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    All, SmiRefusal,
    testing::Values(
        Refusal{"\tGPU0\tGPU1", "\tGPU0\tGPU0",
                "sample:1:7: error: the column 'GPU0' is there twice"},
        Refusal{"PHB\tPIX\t0-7", "PHB\tPUX\t0-7",
                "sample:2:14: error: unknown cell 'PUX'; legal: X, PIX, PXB, PHB, NODE, SYS"},
        Refusal{"PHB\tPIX\t0-7", "NV0\tPIX\t0-7", "sample:2:10: error: unknown cell 'NV0'"},
        Refusal{"PHB\tPIX\t0-7", "NV1025\tPIX\t0-7", "unknown cell 'NV1025'"},
        Refusal{"PHB\tPIX\t0-7", "NV\tPIX\t0-7", "unknown cell 'NV'"},
        Refusal{"PHB\tPIX\t0-7", "PHB\tNV2\t0-7", "sample:2:14: error: unknown cell 'NV2'"},
        Refusal{"GPU0\t X ", "GPU0\tPIX", "sample:2:6: error: expected X, for a device and itself"},
        Refusal{"PHB\tPIX\t0-7", "X\tPIX\t0-7", "sample:2:10: error: X stands for a device and"},
        Refusal{"GPU1\tPHB", "GPU1\tSYS", "sample:3:6: error: 'GPU1' to 'GPU0' differs"},
        Refusal{"GPU1\tPHB", "GPU2\tPHB", "sample:3:1: error: expected the row of 'GPU1', found"},
        Refusal{"NIC0\tPIX\tPHB\t X \t\t\n", "", "sample:4:1: error: the row of 'NIC0' is missing"},
        Refusal{"NIC0\tPIX\tPHB\t X \t\t\n", "NIC0\tPIX\n",
                "sample:4:9: error: the row of 'NIC0' has 1 cells for 3 columns"}));

TEST_P(SmiRefusal, NamesThePlace) {
  const auto& [from, to, message] = GetParam();
  EXPECT_THAT(errors_of(with(kSmall, from, to)), HasSubstr(message));
}

TEST(NvidiaSmiTopology, RefusesATextWithoutAMatrix) {
  EXPECT_THAT(errors_of("no devices were found\n"), HasSubstr("there is no line of column heads"));
  EXPECT_THAT(errors_of(""), HasSubstr("there is no line of column heads"));
}

TEST(NvidiaSmiTopology, RefusesTooManyColumns) {
  std::string heads;
  for (int g = 0; g <= 256; ++g) heads += "\tGPU" + std::to_string(g);
  EXPECT_THAT(errors_of(heads + "\n"), HasSubstr("more than 256 columns"));
}

TEST(NvidiaSmiTopology, RefusesCellsThatContradictEachOther) {
  const std::string text =
      "\tGPU0\tGPU1\tGPU2\n"
      "GPU0\tX\tPIX\tPIX\n"
      "GPU1\tPIX\tX\tSYS\n"
      "GPU2\tPIX\tSYS\tX\n";
  EXPECT_THAT(errors_of(text), HasSubstr("sample:4:10: error: 'GPU2' and 'GPU1' are nearer to each "
                                         "other by way of their neighbours"));
}

TEST(NvidiaSmiTopology, NeedsTheSpeedsThatTheMatrixHasAPlaceFor) {
  EXPECT_THAT(errors_of(sample(kDgx1), {}),
              testing::EndsWith("topology.nvidia_smi_topology: the matrix has no speeds; missing "
                                "here: nvlink.bandwidth, pcie.bandwidth, socket.bandwidth, "
                                "nic.bandwidth"));
  EXPECT_EQ(errors_of(all_alike(2, "PHB"), {{"pcie", speed("30 GB/s")}}), "");
}

TEST(NvidiaSmiTopology, NeedsNothingOfNicsWithoutANetwork) {
  const Entries pcie{{"pcie", speed("30 GB/s")}};
  EXPECT_THAT(read(kImport, kSmall, pcie, true).errors, HasSubstr("missing here: nic.bandwidth"));
  EXPECT_EQ(read(kImport, kSmall, pcie, false).errors, "");
}

TEST(NvidiaSmiTopology, TakesTheLatenciesOfThePresetsWhereNoKeyGivesThem) {
  const auto bandwidth = [](const char* rate) { return config::map({{"bandwidth", rate}}); };
  const Entries bare{{"nvlink", bandwidth("25 GB/s")},
                     {"pcie", bandwidth("30 GB/s")},
                     {"socket", bandwidth("10 GB/s")},
                     {"nic", bandwidth("200 Gb/s")}};
  const Topology cube = server(kImport, sample(kDgx1), bare);
  EXPECT_EQ(link_named(cube, "s0.gpu4>s0.gpu0").latency, 600_nsec);
  EXPECT_EQ(link_named(cube, "s0.cpu0>s0.cpu1").latency, 0_nsec);
  EXPECT_EQ(link_named(cube, "s0.pcie0>s0.cpu0").latency, 500_nsec);
  EXPECT_EQ(link_named(cube, "s0.nic0>net").latency, 350_nsec);
  const Topology switched = server(kImport, sample(kA100), bare);
  EXPECT_EQ(link_named(switched, "s0.gpu7>s0.nvswitch").latency, 300_nsec);
}

TEST(NvidiaSmiTopology, TakesAnNvswitchForOneThatReducesUnlessAKeyDeniesIt) {
  const auto reduces = [](const Entries& entries) {
    const Topology topology = server(kImport, sample(kA100), entries);
    for (const Device& device : topology.devices()) {
      if (device.name == "s0.nvswitch") return device.reduces;
    }
    throw std::runtime_error("no NVSwitch");
  };
  EXPECT_TRUE(reduces(keys()));
  EXPECT_FALSE(reduces(keys({{"nvls", "false"}})));
}

TEST(NvidiaSmiTopology, RefusesAnUnknownWordForTheNvswitch) {
  EXPECT_THAT(errors_of(kSmall, keys({{"nvswitch", "maybe"}})),
              HasSubstr("unknown choice 'maybe'"));
}

TEST(NvidiaSmiTopology, ReadsWhatATerminalUnderlines) {
  const Topology topology = server(kImport, sample(kA100), keys());
  EXPECT_EQ(topology.rank_count(), 8);
  EXPECT_EQ(names(topology, DeviceKind::kNic).size(), 8U);
  EXPECT_EQ(names(topology, DeviceKind::kHost).size(), 2U);
}

TEST(NvidiaSmiTopology, PutsEightGpusOfTwelveLinksEachOnAnNvswitch) {
  const Topology topology = server(kImport, sample(kA100), keys());
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(leaving(topology, gpu, "nvlink"), 300_GBps);
  }
  EXPECT_TRUE(has_link(topology, "s0.gpu7>s0.nvswitch"));
  EXPECT_EQ(least_latencies(topology, 0)[7], 1200_nsec);
}

TEST(NvidiaSmiTopology, OrdersSwitchesAsTheClassesSay) {
  const Topology topology = server(kImport, sample(kA100), keys());
  // Two NICs share a PIX below the switch that a PXB puts over them and two GPUs.
  EXPECT_TRUE(has_link(topology, "s0.nic0>s0.pcie0"));
  EXPECT_TRUE(has_link(topology, "s0.nic1>s0.pcie0"));
  EXPECT_TRUE(has_link(topology, "s0.pcie0>s0.pcie4"));
  EXPECT_TRUE(has_link(topology, "s0.gpu1.pcie>s0.pcie4"));
  EXPECT_TRUE(has_link(topology, "s0.pcie4>s0.cpu0"));
  EXPECT_TRUE(has_link(topology, "s0.pcie7>s0.cpu1"));
  EXPECT_EQ(link_named(topology, "s0.cpu0>s0.cpu1").bandwidth, 10_GBps);
}

TEST(NvidiaSmiTopology, JoinsACubeMeshPairByPair) {
  const Topology topology = server(kImport, sample(kDgx1), keys());
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(leaving(topology, gpu, "nvlink"), 150_GBps);
  }
  EXPECT_EQ(link_named(topology, "s0.gpu4>s0.gpu0").bandwidth, 50_GBps);
  EXPECT_FALSE(has_link(topology, "s0.gpu0>s0.gpu7"));
}

TEST(NvidiaSmiTopology, AgreesWithNcclOnTheSameServer) {
  const Topology smi = server(kImport, sample(kDgx1), keys({}));
  const Topology nccl =
      server("nccl_topology", sample("tests/fuzz/corpus/nccl_topology/dgx1_v100.xml"),
             {{"pcie", speed("30 GB/s", "500 ns")},
              {"socket", speed("10 GB/s", "100 ns")},
              {"nic", speed("200 Gb/s", "350 ns")}});
  EXPECT_EQ(bisection(smi), bisection(nccl));
  for (Rank rank = 0; rank < 8; ++rank) {
    EXPECT_EQ(least_latencies(smi, rank), least_latencies(nccl, rank)) << rank;
  }
}

TEST(NvidiaSmiTopology, OfABoxWithoutNvlinkGoesOverTheProcessors) {
  const Topology topology = server(kImport, sample(kPcieBox), keys());
  // gpu, slot, processor, slot, gpu: PHB and NODE are both within a processor
  EXPECT_EQ(least_latencies(topology, 0)[1], 1_usec);
  EXPECT_EQ(least_latencies(topology, 0)[2], 1100_nsec);
  EXPECT_THAT(names(topology, DeviceKind::kNic), ElementsAre("s0.nic0"));
  EXPECT_TRUE(has_link(topology, "s0.nic0>s0.cpu0"));
}

// # links to each of three others are cables as long as a GPU has that many.
TEST(NvidiaSmiTopology, TellsCablesFromAnNvswitchByTheLinksOfAGpu) {
  EXPECT_TRUE(has_link(server(kImport, all_alike(4, "NV4"), keys()), "s0.gpu0>s0.gpu3"));
  EXPECT_TRUE(has_link(server(kImport, all_alike(4, "NV6"), keys()), "s0.gpu0>s0.gpu3"));
  EXPECT_TRUE(has_link(server(kImport, all_alike(4, "NV12"), keys()), "s0.gpu0>s0.nvswitch"));
  EXPECT_TRUE(has_link(server(kImport, all_alike(2, "NV12"), keys()), "s0.gpu0>s0.gpu1"));
  EXPECT_TRUE(has_link(server(kImport, all_alike(2, "NV12"), keys({{"nvswitch", "true"}})),
                       "s0.gpu0>s0.nvswitch"));
  EXPECT_TRUE(has_link(server(kImport, all_alike(8, "NV18"), keys({{"nvswitch", "false"}})),
                       "s0.gpu0>s0.gpu7"));
}

TEST(NvidiaSmiTopology, RefusesAnNvswitchThatNotAllPairsShow) {
  EXPECT_THAT(errors_of(sample(kDgx1), keys({{"nvswitch", "true"}})),
              HasSubstr("not all pairs of GPUs show the same NV#"));
  const std::string uneven =
      with(with(all_alike(4, "NV12"), "X\tNV12", "X\tSYS"), "GPU1\tNV12", "GPU1\tSYS");
  EXPECT_THAT(errors_of(uneven), HasSubstr("sample:2:17: error: with it the GPU has 24 NVLinks, "
                                           "more than the 18 that any has"));
  EXPECT_EQ(errors_of(uneven, keys({{"nvswitch", "false"}})), "");
}

TEST(NvidiaSmiTopology, RefusesABundleThatDoesNotFit) {
  EXPECT_THAT(errors_of(all_alike(8, "NV18"), {{"nvlink", speed("1000 TB/s")},
                                               {"pcie", speed("30 GB/s")},
                                               {"socket", speed("30 GB/s")}}),
              HasSubstr("are more than 10 Pb/s"));
}

TEST(NvidiaSmiTopology, TakesTheNumaNodeWhereNvlinksHideTheWay) {
  std::string text = "\tGPU0\tGPU1\tGPU2\tGPU3\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\n";
  for (int row = 0; row < 4; ++row) {
    text += "GPU" + std::to_string(row);
    for (int column = 0; column < 4; ++column) text += row == column ? "\t X " : "\tNV12";
    text += row < 2 ? "\t0-7\t0\t\tN/A\n" : "\t8-15\t1\t\tN/A\n";
  }
  EXPECT_EQ(names(server(kImport, text, keys()), DeviceKind::kHost).size(), 2U);
}

// Virtual machines show SYS between GPUs of one NUMA node: the matrix is believed.
TEST(NvidiaSmiTopology, BelievesTheMatrixBeforeTheNumaNode) {
  const std::string text =
      "\tGPU0\tGPU1\tGPU2\tCPU Affinity\tNUMA Affinity\n"
      "GPU0\tX\tSYS\tNV4\t0-7\t0\n"
      "GPU1\tSYS\tX\tNV4\t0-7\t0\n"
      "GPU2\tNV4\tNV4\tX\t0-7\t0\n";
  EXPECT_EQ(names(server(kImport, text, keys()), DeviceKind::kHost).size(), 2U);
}

TEST(NvidiaSmiTopology, LeavesOutNicsWithoutANetwork) {
  const Topology topology = server(kImport, kSmall, keys(), false);
  EXPECT_TRUE(names(topology, DeviceKind::kNic).empty());
  EXPECT_EQ(topology.devices().size(), 2U + 2U + 1U + 1U);
}

}  // namespace
}  // namespace commsim::import::nvidia_smi_topology_test
