#include <gmock/gmock.h>

#include "tests/support/import.hpp"
#include "topology/analysis/metrics.hpp"
#include "topology/import/ib_fabric.hpp"

namespace commsim::import::ibnetdiscover_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kKind = "ibnetdiscover";
constexpr const char* kLeaves = "scenarios/topologies/two_leaves_ibnetdiscover.txt";
constexpr const char* kMixed = "tests/fuzz/corpus/ibnetdiscover/mixed_speeds";

Entries keys(const Entries& more = {}) {
  Entries entries{{"gpu_nic", speed("30 GB/s", "1 us")}, {"latency", "350 ns"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

std::string errors_of(const std::string& text, const Entries& more = keys()) {
  const BuiltTopology built = graph(kKind, text, more);
  EXPECT_EQ(built.topology.has_value(), built.errors.empty());
  return built.errors;
}

Topology fabric(const std::string& text, const Entries& more = {}) {
  BuiltTopology built = graph(kKind, text, keys(more));
  if (!built.topology || !built.errors.empty()) throw std::runtime_error(built.errors);
  return *std::move(built.topology);
}

const std::string kSmall =
    "Switch 2 \"S-1\" # \"leaf\"\n"
    "[1] \"H-a\"[1](a) # \"a HCA-1\" lid 2 4xHDR\n"
    "[2] \"H-b\"[1](b) # \"b HCA-1\" lid 3 4xHDR\n"
    "\n"
    "Ca 1 \"H-a\" # \"a HCA-1\"\n"
    "[1](a) \"S-1\"[1] # lid 2 lmc 0 \"leaf\" lid 1 4xHDR\n"
    "\n"
    "Ca 1 \"H-b\" # \"b HCA-1\"\n"
    "[1](b) \"S-1\"[2] # lid 3 lmc 0 \"leaf\" lid 1 4xHDR\n";

struct Refusal {
  const char* from;
  const char* to;
  const char* message;
};

class IbRefusal : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    All, IbRefusal,
    testing::Values(
        Refusal{"Switch 2", "Rt 2", "sample:1:1: error: a router joins fabrics"},
        Refusal{"Switch 2", "Swatch 2", "sample:1:1: error: unknown line 'Swatch'; legal: Switch"},
        Refusal{"Switch 2 \"S-1\" # \"leaf\"", "Switch 2", "sample:1:9: error: expected '\"'"},
        Refusal{"\"leaf\"\n", "\"leaf\n", "sample:1:19: error: the quote is not closed"},
        Refusal{"Switch 2 \"S-1\" # \"leaf\"\n", "", "sample:1:1: error: a port without a Switch"},
        Refusal{"[1] \"H-a\"", "[300] \"H-a\"", "sample:2:2: error: expected the number of a port"},
        Refusal{"[1] \"H-a\"", "[x] \"H-a\"", "sample:2:2: error: expected the number of a port"},
        Refusal{"[1] \"H-a\"", "[1 \"H-a\"", "sample:2:4: error: expected ']'"},
        Refusal{"[1](a) # \"a", "(a) # \"a", "sample:2:10: error: expected '['"},
        Refusal{"[1](a) # \"a", "[1](a # \"a", "sample:2:14: error: expected ')'"},
        Refusal{" lid 2 4xHDR", " lid 2", "the width and speed are missing, such as 4xHDR"},
        Refusal{"lid 2 4xHDR", "lid 2 4xEDR", "sample:2:1: error: port 1 of 'H-a' says otherwise"},
        Refusal{"\"S-1\"[1]", "\"S-1\"[2]",
                "sample:2:1: error: port 1 of 'H-a' says otherwise: to "
                "port 2 of 'S-1' at 4xHDR"},
        Refusal{"[2] \"H-b\"", "[1] \"H-b\"", "sample:3:1: error: port 1 of 'S-1' is there twice"},
        Refusal{"Ca 1 \"H-b\"", "Ca 1 \"H-a\"", "sample:8:1: error: 'H-a' is there twice"},
        Refusal{"\"H-b\"[1]", "\"H-c\"[1]",
                "sample:3:1: error: the cable leads to 'H-c', which the file does not have"},
        Refusal{"[1](b) \"S-1\"[2] # lid 3 lmc 0 \"leaf\" lid 1 4xHDR\n", "",
                "sample:3:1: error: port 1 of 'H-b' does not list this cable"},
        Refusal{"[1] \"H-a\"[1](a)", "[1] \"S-1\"[1](a)",
                "sample:2:1: error: the cable joins 'S-1' to itself"}));

TEST_P(IbRefusal, NamesThePlace) {
  const auto& [from, to, message] = GetParam();
  EXPECT_THAT(errors_of(with(kSmall, from, to)), HasSubstr(message));
}

TEST(Ibnetdiscover, RefusesAnUnknownSpeedAtItsPlace) {
  const std::string text = with(with(kSmall, "2 4xHDR", "2 4xZDR"), "1 4xHDR", "1 4xZDR");
  EXPECT_THAT(errors_of(text),
              HasSubstr("sample:2:35: error: unknown width and speed '4xZDR'; legal: 1x, 2x, 4x"));
}

TEST(Ibnetdiscover, RefusesATextThatIsNone) {
  EXPECT_THAT(errors_of(""), HasSubstr("expected what ibnetdiscover prints"));
  EXPECT_THAT(errors_of("Switch 2 \"S-1\" # \"alone\"\n"), HasSubstr("has no GPU"));
}

TEST(Ibnetdiscover, RefusesHostsThatNoCableJoins) {
  EXPECT_THAT(errors_of("Ca 1 \"H-a\" # \"a HCA-1\"\n\nCa 1 \"H-b\" # \"b HCA-1\"\n"),
              HasSubstr("no route leads from 'a.gpu0' to 'b.gpu0'"));
}

TEST(Ibnetdiscover, NeedsItsKeys) {
  EXPECT_THAT(errors_of(kSmall, {}), HasSubstr("topology.gpu_nic.bandwidth: the key"));
  const BuiltTopology built = build_topology(kKind, config::map({{"latency", "1 us"}}));
  EXPECT_THAT(built.errors, HasSubstr("topology.file: the key 'file' is missing"));
}

TEST(Ibnetdiscover, MakesAServerOfEachHostInTheOrderOfPeople) {
  const Topology topology = fabric(sample(kLeaves));
  EXPECT_THAT(names(topology, DeviceKind::kGpu),
              ElementsAre("node1.gpu0", "node1.gpu1", "node2.gpu0", "node2.gpu1", "node9.gpu0",
                          "node9.gpu1", "node10.gpu0", "node10.gpu1"));
  for (const Device& device : topology.devices()) {
    if (device.name.starts_with("node10.")) {
      EXPECT_EQ(device.server, 3) << device.name;
    } else if (device.name.starts_with("S-")) {
      EXPECT_EQ(device.server, -1) << device.name;
    }
  }
}

TEST(Ibnetdiscover, AddsEachCableOnce) {
  const Topology topology = fabric(sample(kLeaves));
  // GPU to NIC, NIC to leaf, and two cables between the leaves
  EXPECT_EQ(topology.links().size(), 2U * (8U + 8U + 2U));
  EXPECT_TRUE(has_link(topology, "S-b8cef6030000a000>S-b8cef6030000a001#2"));
  EXPECT_FALSE(has_link(topology, "S-b8cef6030000a000>S-b8cef6030000a001#3"));
}

TEST(Ibnetdiscover, KnowsRailsAndWhatCrossesThem) {
  const Topology topology = fabric(sample(kLeaves));
  EXPECT_TRUE(has_link(topology, "node9.nic0>S-b8cef6030000a000"));
  EXPECT_TRUE(has_link(topology, "node9.nic1>S-b8cef6030000a001"));
  EXPECT_EQ(link_named(topology, "node9.nic1>S-b8cef6030000a001").bandwidth, 200_Gbps);
  EXPECT_EQ(link_named(topology, "node9.nic1>S-b8cef6030000a001").latency, 350_nsec);
  // 1 us to the NIC, 350 ns to the leaf, and back; the other leaf is 350 ns further
  EXPECT_EQ(least_latencies(topology, 0)[2], 2700_nsec);
  EXPECT_EQ(least_latencies(topology, 0)[3], 3050_nsec);
}

TEST(Ibnetdiscover, HasNoGpuBehindAnAggregationNode) {
  EXPECT_EQ(fabric(sample(kLeaves)).rank_count(), 8);
}

TEST(Ibnetdiscover, JoinsTheGpusOfAHostIfTold) {
  const Topology topology = fabric(sample(kLeaves), {{"gpu_link", speed("300 GB/s", "300 ns")}});
  EXPECT_EQ(link_named(topology, "node2.gpu1>node2.nvswitch").bandwidth, 300_GBps);
  EXPECT_EQ(least_latencies(topology, 0)[1], 600_nsec);
}

TEST(Ibnetdiscover, PutsAHostInThePodOfItsOnlySwitch) {
  const Topology rails = fabric(sample(kLeaves));
  for (const Device& device : rails.devices()) EXPECT_EQ(device.pod, -1);
  const Topology small = fabric(kSmall);
  for (const Device& device : small.devices()) {
    EXPECT_EQ(device.pod, device.kind == DeviceKind::kSwitch ? -1 : 0) << device.name;
  }
}

TEST(Ibnetdiscover, ReadsPortsOfChassisAndAdaptersWithoutANumber) {
  const Topology topology = fabric(sample(kMixed));
  EXPECT_EQ(link_named(topology, "node1.nic0>S-1").bandwidth, 100_Gbps);
  EXPECT_EQ(link_named(topology, "node2.nic0>S-1").bandwidth, 2_Gbps);
  EXPECT_EQ(link_named(topology, "lonely.nic0>S-1").bandwidth, 40_Gbps);
}

TEST(Ibnetdiscover, JoinsAdaptersBackToBack) {
  const Topology topology = fabric(sample("tests/fuzz/corpus/ibnetdiscover/back_to_back"));
  EXPECT_EQ(link_named(topology, "a.nic0>b.nic0").bandwidth, 96_Gbps);
}

TEST(Ibnetdiscover, KnowsTheDataRatesOfTheRoadmap) {
  EXPECT_EQ(ib_rate("4xSDR"), 8_Gbps);
  EXPECT_EQ(ib_rate("4xDDR"), 16_Gbps);
  EXPECT_EQ(ib_rate("4xQDR"), 32_Gbps);
  EXPECT_EQ(ib_rate("4xFDR10"), 40_Gbps);
  EXPECT_EQ(ib_rate("4xFDR"), Bandwidth::bits_per_second(54'545'454'545));
  EXPECT_EQ(ib_rate("4xEDR"), 100_Gbps);
  EXPECT_EQ(ib_rate("4xHDR"), 200_Gbps);
  EXPECT_EQ(ib_rate("2xHDR"), 100_Gbps);
  EXPECT_EQ(ib_rate("4xNDR"), 400_Gbps);
  EXPECT_EQ(ib_rate("4xXDR"), 800_Gbps);
  for (const char* bad : {"", "4x", "HDR", "3xHDR", "-4xHDR", "4xHDR100", "99999999999xSDR"}) {
    EXPECT_THROW(ib_rate(bad), RequestError) << bad;
  }
}

}  // namespace
}  // namespace commsim::import::ibnetdiscover_test
