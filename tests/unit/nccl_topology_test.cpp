#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/import.hpp"
#include "topology/analysis/metrics.hpp"
#include "topology/import/nccl_rates.hpp"

namespace commsim::import::nccl_topology_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kImport = "nccl_topology";
constexpr const char* kA100 = "scenarios/topologies/dgx_a100_nccl.xml";
constexpr const char* kDgx1 = "tests/fuzz/corpus/nccl_topology/dgx1_v100.xml";
constexpr const char* kPcieBox = "tests/fuzz/corpus/nccl_topology/pcie_box.xml";
constexpr const char* kVirtual = "tests/fuzz/corpus/nccl_topology/virtual_machine.xml";
constexpr const char* kGrace = "tests/fuzz/corpus/nccl_topology/grace_hopper.xml";

std::string errors_of(const std::string& text, const Entries& more = {}) {
  const Read result = read(kImport, text, more);
  EXPECT_EQ(result.plan == nullptr, !result.errors.empty());
  return result.errors;
}

// One GPU in a slot, with something put in its place.
std::string small(const std::string& from = "", const std::string& to = "") {
  const std::string text =
      "<system version=\"1\">\n"
      "  <cpu numaid=\"0\" arch=\"x86_64\" vendor=\"AuthenticAMD\">\n"
      "    <pci busid=\"0:1\" class=\"0x030200\" link_speed=\"16 GT/s\" link_width=\"16\">\n"
      "      <gpu dev=\"0\" sm=\"80\"/>\n"
      "    </pci>\n"
      "  </cpu>\n"
      "</system>\n";
  return from.empty() ? text : with(text, from, to);
}

TEST(NcclTopology, OfTheSmallestServerIsRead) {
  const Topology topology = server(kImport, small());
  EXPECT_EQ(topology.rank_count(), 1);
  EXPECT_EQ(topology.devices().size(), 3U);
}

TEST(NcclTopology, RefusesAFileThatIsNotThere) {
  ReadingContext context;
  const ConfigNode section = config::numbered(config::map({{kImport, "/no/such/file"}}));
  ConfigReader reader(section, "topology", context);
  EXPECT_EQ(Registry<ServerImport>::get(kImport, "import").read(reader, true), nullptr);
  EXPECT_TRUE(reader.failed());
}

struct Refusal {
  const char* from;
  const char* to;
  const char* message;
};

class NcclRefusal : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    All, NcclRefusal,
    testing::Values(
        Refusal{"</cpu>", "</cup>", "sample:6:5: error: is no XML"},
        Refusal{"dev=\"0\"", "", "sample:4:8: error: <gpu> has no attribute 'dev'"},
        Refusal{"dev=\"0\"", "dev=\"-1\"", "sample:4:12: error: '-1' is no legal dev; legal: 0 to"},
        Refusal{"dev=\"0\"", "dev=\"x\"", "sample:4:12: error: 'x' is no legal dev"},
        Refusal{"sm=\"80\"", "sm=\"8.0\"", "sample:4:20: error: '8.0' is no legal sm"},
        Refusal{"busid=\"0:1\"", "", "sample:3:6: error: <pci> has no attribute 'busid'"},
        Refusal{"link_width=\"16\"", "", "sample:3:6: error: <pci> has no attribute 'link_width'"},
        Refusal{"link_width=\"16\"", "link_width=\"65\"", "sample:3:60: error: '65' is no legal"},
        Refusal{"link_width=\"16\"", "link_width=\"0\"", "set pcie.bandwidth"},
        Refusal{"16 GT/s", "Unknown", "sample:3:39: error: 'Unknown' with 16 lanes is no known"},
        Refusal{"16 GT/s", "16", "set pcie.bandwidth"},
        Refusal{"<gpu dev=\"0\" sm=\"80\"/>", "", "sample:1:2: error: there is no <gpu> in it"},
        Refusal{"</pci>", "<gpu dev=\"1\" sm=\"80\"/></pci>", "sample:5:6: error: a second <gpu>"},
        Refusal{"sm=\"80\"/>", "sm=\"80\"><nvlink target=\"a\" count=\"0\"/></gpu>",
                "sample:4:47: error: '0' is no legal count; legal: 1 to 1024"},
        Refusal{"sm=\"80\"/>", "sm=\"80\"><nvlink target=\"a\" count=\"1\"/></gpu>",
                "sample:4:36: error: the NVLink leads to 'a', which is no other GPU"},
        Refusal{"sm=\"80\"/>", "sm=\"80\"><nvlink target=\"0:1\" count=\"1\"/></gpu>",
                "the NVLink leads to '0:1', which is no other GPU"},
        Refusal{"sm=\"80\"/>", "sm=\"80\"><nvlink target=\"a\" count=\"1\" tclass=\"0x01\"/></gpu>",
                "sample:4:57: error: '0x01' is no legal end of an NVLink; legal: 0x03"},
        Refusal{"sm=\"80\"/>",
                "sm=\"75\"/></pci><pci busid=\"0:1\" link_speed=\"16 GT/s\" link_width=\"16\">"
                "<gpu dev=\"1\" sm=\"75\"/>",
                "the busid '0:1' is there twice"},
        Refusal{"sm=\"80\"/>",
                "sm=\"75\"/></pci><pci busid=\"0:2\" link_speed=\"16 GT/s\" link_width=\"16\">"
                "<gpu dev=\"0\" sm=\"75\"/>",
                "dev=\"0\" is there twice"},
        Refusal{"sm=\"80\"/>",
                "sm=\"150\"><nvlink target=\"n\" count=\"1\" tclass=\"0x068000\"/></gpu>",
                "sample:4:20: error: how fast an NVLink of sm=\"150\" is is not known; set "
                "nvlink.bandwidth"},
        Refusal{"  </cpu>", "<nic><net dev=\"0\" speed=\"0\"/></nic></cpu>",
                "'0' is no legal speed; legal: 1 to"},
        Refusal{"  </cpu>", "<nic><net dev=\"0\"/></nic></cpu>", "<net> has no attribute 'speed'"},
        Refusal{"  </cpu>",
                "<nic><net dev=\"0\" speed=\"1\"/><net dev=\"0\" speed=\"1\"/></nic></cpu>",
                "dev=\"0\" is there twice"},
        Refusal{"</system>", "<cpu host_hash=\"0x2\"/></system>",
                "sample:7:2: error: describes several hosts"},
        Refusal{
            "</system>", "<cpu arch=\"x86_64\" vendor=\"Shanghai\"/></system>",
            "sample:7:2: error: how fast a processor 'x86_64' of 'Shanghai' speaks to another is "
            "not known; set socket.bandwidth"},
        Refusal{"</system>", "<cpu arch=\"x86_64\" vendor=\"GenuineIntel\"/></system>",
                "<cpu> has no attribute 'familyid'"}));

TEST_P(NcclRefusal, NamesThePlace) {
  const auto& [from, to, message] = GetParam();
  EXPECT_THAT(errors_of(small(from, to)), HasSubstr(message));
}

TEST(NcclTopology, RefusesOtherXmlAndNoXml) {
  EXPECT_THAT(errors_of("<graphs></graphs>"),
              HasSubstr("sample:1:2: error: expected <system>, found <graphs>"));
  EXPECT_THAT(errors_of(""), HasSubstr("is no XML"));
  EXPECT_THAT(errors_of(std::string("\xff\xfe<\0s\0", 6)), HasSubstr("is no XML"));
}

TEST(NcclTopology, RefusesDepthAndSizeBeforeTheyHurt) {
  std::string deep = "<system>";
  for (int i = 0; i < 100'000; ++i) deep += "<pci>";
  for (int i = 0; i < 100'000; ++i) deep += "</pci>";
  EXPECT_THAT(errors_of(deep + "</system>"), HasSubstr("nested more than 32 deep"));
  std::string wide = "<system>";
  for (int i = 0; i < 20'001; ++i) wide += "<a/>";
  EXPECT_THAT(errors_of(wide + "</system>"), HasSubstr("more than 20000 elements"));
  EXPECT_THAT(errors_of("<system>" + std::string(5'000'000, ' ') + "</system>"),
              HasSubstr("larger than the 4194304 bytes"));
  std::string cpus = "<system>";
  for (int i = 0; i < 65; ++i) cpus += "<cpu/>";
  EXPECT_THAT(errors_of(cpus + "</system>"), HasSubstr("more than 64 <cpu>"));
}

TEST(NcclTopology, RefusesNvlinksOfWhichTheEndsDisagree) {
  EXPECT_THAT(errors_of(with(sample(kDgx1), "target=\"0000:06:00.0\" count=\"1\"",
                             "target=\"0000:06:00.0\" count=\"2\"")),
              HasSubstr("back"));
}

TEST(NcclTopology, RefusesABundleThatDoesNotFit) {
  EXPECT_THAT(errors_of(sample(kA100), {{"nvlink", speed("1000 TB/s")}}),
              HasSubstr("are more than 10 Pb/s"));
}

TEST(NcclTopology, GivesEveryGpuAllItsNvlinksOnOneSwitch) {
  const Topology topology = server(kImport, sample(kA100));
  EXPECT_EQ(topology.rank_count(), 8);
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(leaving(topology, gpu, "nvlink"), 300_GBps);
  }
  EXPECT_EQ(link_named(topology, "s0.gpu3>s0.nvswitch").latency, 300_nsec);
}

TEST(NcclTopology, HasNoGpuForAnNvswitch) {
  const Topology topology = server(kImport, sample(kA100));
  EXPECT_THAT(names(topology, DeviceKind::kGpu),
              ElementsAre("s0.gpu0", "s0.gpu1", "s0.gpu2", "s0.gpu3", "s0.gpu4", "s0.gpu5",
                          "s0.gpu6", "s0.gpu7"));
  // 4 PCIe switches, 16 slots, the NVSwitch and the network; the six NVSwitches on PCIe are left
  // out.
  EXPECT_EQ(names(topology, DeviceKind::kSwitch).size(), 4U + 16U + 1U + 1U);
  EXPECT_EQ(names(topology, DeviceKind::kHost).size(), 2U);
}

TEST(NcclTopology, TakesAsLongToANicAsThePresets) {
  const Topology topology = server(kImport, sample(kA100));
  EXPECT_EQ(least_latencies(topology, 0)[1], 600_nsec);
  EXPECT_EQ(link_named(topology, "s0.nic0>net").bandwidth, 200_Gbps);
  EXPECT_EQ(link_named(topology, "s0.nic0>net").latency, 350_nsec);
  // 16 GT/s x 16 lanes x 128/130
  EXPECT_EQ(link_named(topology, "s0.pci-0000:0f:00.0>s0.pci-0000:0a:00.0").bandwidth,
            Bandwidth::bits_per_second(252'061'538'461));
  EXPECT_EQ(link_named(topology, "s0.pci-0000:0f:00.0>s0.pci-0000:0a:00.0").latency, 500_nsec);
  EXPECT_EQ(link_named(topology, "s0.cpu0>s0.cpu1").bandwidth, 16_GBps);
}

TEST(NcclTopology, LetsKeysGoBeforeTheFile) {
  const Topology topology = server(kImport, sample(kA100),
                                   {{"nvlink", speed("20 GB/s", "1 us")},
                                    {"pcie", speed("24 GB/s", "2 us")},
                                    {"socket", speed("30 GB/s", "3 us")},
                                    {"nic", speed("10 GB/s", "4 us")}});
  const auto expect = [&](const char* name, Bandwidth bandwidth, Duration latency) {
    EXPECT_EQ(link_named(topology, name).bandwidth, bandwidth) << name;
    EXPECT_EQ(link_named(topology, name).latency, latency) << name;
  };
  expect("s0.gpu0>s0.nvswitch", 240_GBps, 1_usec);
  expect("s0.pci-0000:0a:00.0>s0.cpu0", 24_GBps, 2_usec);
  expect("s0.cpu1>s0.cpu0", 30_GBps, 3_usec);
  expect("s0.nic5>net", 10_GBps, 4_usec);
}

TEST(NcclTopology, OrdersGpusAndNicsByTheirNumbers) {
  const Topology topology = server(kImport, sample(kDgx1));
  // In the file GPU 3 comes first.
  EXPECT_TRUE(has_link(topology, "s0.gpu0>s0.pci-0000:06:00.0"));
  EXPECT_TRUE(has_link(topology, "s0.gpu3>s0.pci-0000:0b:00.0"));
  EXPECT_TRUE(has_link(topology, "s0.nic1>s0.pci-0000:0c:00.0"));
}

TEST(NcclTopology, JoinsACubeMeshPairByPair) {
  const Topology topology = server(kImport, sample(kDgx1));
  for (const DeviceId gpu : topology.ranks()) {
    EXPECT_EQ(leaving(topology, gpu, "nvlink"), 150_GBps);
  }
  EXPECT_EQ(link_named(topology, "s0.gpu0>s0.gpu3").bandwidth, 50_GBps);
  EXPECT_EQ(link_named(topology, "s0.gpu1>s0.gpu0").bandwidth, 25_GBps);
  EXPECT_EQ(link_named(topology, "s0.gpu1>s0.gpu0").latency, 600_nsec);
  EXPECT_FALSE(has_link(topology, "s0.gpu0>s0.gpu5"));
  EXPECT_FALSE(has_link(topology, "s0.gpu0>s0.gpu3#2"));
  EXPECT_EQ(link_named(topology, "s0.cpu0>s0.cpu1").bandwidth, 6_GBps);  // Broadwell
}

TEST(NcclTopology, OfABoxWithoutNvlinkGoesOverTheProcessors) {
  const Topology topology = server(kImport, sample(kPcieBox));
  EXPECT_EQ(topology.rank_count(), 4);
  // gpu, slot, processor, processor, slot, gpu
  EXPECT_EQ(least_latencies(topology, 0)[3], 1_usec);
  EXPECT_EQ(link_named(topology, "s0.cpu1>s0.cpu0").bandwidth, 10_GBps);  // Ice Lake: as Skylake
  // A NIC without a slot hangs on its processor at its own speed.
  EXPECT_EQ(link_named(topology, "s0.nic1>s0.cpu0").bandwidth, 25_Gbps);
  EXPECT_EQ(link_named(topology, "s0.nic0>s0.pci-0000:31:00.0").bandwidth,
            Bandwidth::bits_per_second(126'030'769'230));
}

TEST(NcclTopology, OfAVirtualMachineNeedsTheSpeedOfPcie) {
  EXPECT_THAT(errors_of(sample(kVirtual)),
              HasSubstr("sample:3:48: error: '' with 0 lanes is no known speed"));
  const Topology topology = server(kImport, sample(kVirtual), {{"pcie", speed("24 GB/s")}});
  // One end says what it leads to, the other is told by its busid.
  EXPECT_EQ(link_named(topology, "s0.gpu1>s0.gpu0").bandwidth, 300_GBps);
}

TEST(NcclTopology, JoinsGpusToTheirProcessorByNvlink) {
  const Topology topology = server(kImport, sample(kGrace));
  // 10 x 44712 MB/s
  EXPECT_EQ(link_named(topology, "s0.gpu0>s0.cpu0").bandwidth,
            Bandwidth::bits_per_second(3'576'960'000'000));
  EXPECT_EQ(link_named(topology, "s0.gpu1>s0.cpu1").bandwidth, 50_GBps);
}

TEST(NcclTopology, CountsWhatItBuilds) {
  for (const char* file : {kA100, kDgx1, kPcieBox}) {
    for (const bool networked : {true, false}) {
      const Read result = read(kImport, sample(file));
      ASSERT_NE(result.plan, nullptr) << result.errors;
      TopologyBuilder builder;
      const BuiltServer built = result.plan->build(builder, 0, networked);
      const auto size = result.plan->size(networked);
      if (networked) {
        const DeviceId net = builder.add_device(DeviceKind::kSwitch, "net");
        for (const DeviceId nic : built.nics) builder.add_cable(nic, net, {});
      }
      const Topology topology = std::move(builder).seal();
      const auto extra = static_cast<std::int64_t>(built.nics.size());
      EXPECT_EQ(static_cast<int>(built.nics.size()), networked ? result.plan->nics() : 0);
      EXPECT_EQ(size.ranks, result.plan->gpus());
      EXPECT_EQ(size.devices + (networked ? 1 : 0),
                static_cast<std::int64_t>(topology.devices().size()));
      EXPECT_EQ(size.links + 2 * extra, static_cast<std::int64_t>(topology.links().size()));
    }
  }
}

TEST(NcclTopology, IsAServerOfACluster) {
  const std::string file = std::string(COMMSIM_SOURCE_DIR) + "/" + kA100;
  const Topology topology =
      topology_of("server_cluster",
                  config::map({{"servers", "4"}, {kImport, file}, {"fabric", "rail_optimised"}}));
  EXPECT_EQ(topology.rank_count(), 32);
  EXPECT_EQ(bisection(topology), 3200_Gbps);
  EXPECT_TRUE(has_link(topology, "s3.nic7>leaf7"));
}

TEST(NcclRates, OfPcieArePayload) {
  EXPECT_EQ(pcie_rate("2.5 GT/s", 16), 32_Gbps);
  EXPECT_EQ(pcie_rate("5.0 GT/s PCIe", 8), 32_Gbps);
  EXPECT_EQ(pcie_rate("8.0 GT/s PCIe", 1), Bandwidth::bits_per_second(7'876'923'076));
  EXPECT_EQ(pcie_rate("32.0 GT/s PCIe", 16), Bandwidth::bits_per_second(504'123'076'923));
  EXPECT_EQ(pcie_rate("64.0 GT/s PCIe", 16), 944_Gbps);
  for (const char* unknown : {"", "Unknown", "16", "16 GB/s", "12 GT/s", "nan GT/s", "inf GT/s"}) {
    EXPECT_EQ(pcie_rate(unknown, 16), std::nullopt) << unknown;
  }
}

TEST(NcclRates, OfNvlinkFollowTheComputeCapability) {
  EXPECT_EQ(nvlink_rate(60), 20_GBps);
  EXPECT_EQ(nvlink_rate(70), 25_GBps);
  EXPECT_EQ(nvlink_rate(86), Bandwidth::bits_per_second(112'500'000'000));
  EXPECT_EQ(nvlink_rate(90), 25_GBps);
  EXPECT_EQ(nvlink_rate(100), 50_GBps);
  EXPECT_EQ(nvlink_rate(59), std::nullopt);
  EXPECT_EQ(nvlink_rate(200), std::nullopt);
}

TEST(NcclRates, OfProcessorsFollowTheirModel) {
  const auto intel = [](std::int64_t model) {
    return socket_rate({.arch = "x86_64", .vendor = "GenuineIntel", .family = 6, .model = model});
  };
  EXPECT_EQ(intel(0x4F), 6_GBps);
  EXPECT_EQ(intel(0x55), 10_GBps);
  EXPECT_EQ(intel(0x8F), 22_GBps);
  EXPECT_EQ(intel(0xAD), 40_GBps);
  EXPECT_EQ(intel(0xB0), 22_GBps);
  EXPECT_EQ(intel(0xCF), 40_GBps);
  EXPECT_EQ(socket_rate({.arch = "ppc64", .vendor = ""}), 32_GBps);
  EXPECT_EQ(socket_rate({.arch = "arm64", .vendor = ""}), 6_GBps);
  EXPECT_EQ(socket_rate({.arch = "riscv", .vendor = ""}), std::nullopt);
}

// NVSwitches reduce since the generation of Hopper (compute capability 9.0).
TEST(NcclTopology, TakesOnlyNvswitchesOfHopperAndLaterForOnesThatReduce) {
  const auto reduces = [](const char* sm, const Entries& more) {
    const std::string gpu = "sm=\"80\"/>";
    const std::string text = small(
        gpu,
        fmt::format("sm=\"{}\"><nvlink target=\"n\" count=\"12\" tclass=\"0x068000\"/></gpu>", sm));
    const Topology topology = server(kImport, text, more);
    for (const Device& device : topology.devices()) {
      if (device.name == "s0.nvswitch") return device.reduces;
    }
    throw std::runtime_error("no NVSwitch");
  };
  EXPECT_FALSE(reduces("70", {}));
  EXPECT_FALSE(reduces("80", {}));
  EXPECT_TRUE(reduces("90", {}));
  EXPECT_TRUE(reduces("100", {}));
  EXPECT_TRUE(reduces("80", {{"nvls", "true"}}));
  EXPECT_FALSE(reduces("90", {{"nvls", "false"}}));
}

}  // namespace
}  // namespace commsim::import::nccl_topology_test
