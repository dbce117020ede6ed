// Fabrics on servers, built straight from their plans: what holds for all, rails, and servers that
// differ.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "tests/support/topology.hpp"
#include "topology/analysis/metrics.hpp"
#include "topology/fabric_plan.hpp"

namespace commsim::fabric_test {
namespace {

using config::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Entries = std::vector<std::pair<std::string, Value>>;

// A server: its NICs, one for each GPU, and the cable of each.
struct Box {
  int nics = 1;
  Bandwidth bandwidth = 100_Gbps;
};

struct BuiltFabric {
  std::string errors;
  std::optional<Topology> topology;
  std::vector<std::int32_t> pods;
  TopologySize planned;
  TopologySize added;
};

FabricShape shape_of(const std::vector<Box>& boxes) {
  FabricShape shape;
  shape.cable.latency = 1_usec;
  for (const Box& box : boxes) {
    shape.ports_of_server.push_back(box.nics);
    shape.cable.bandwidth = std::max(shape.cable.bandwidth, box.bandwidth);
  }
  return shape;
}

// GPUs on an NVLink switch, each with a NIC of its own.
std::vector<FabricPort> add_servers(TopologyBuilder& builder, const std::vector<Box>& boxes,
                                    std::int64_t& links) {
  std::vector<FabricPort> ports;
  for (std::int32_t s = 0; s < std::ssize(boxes); ++s) {
    const Box& box = boxes[static_cast<std::size_t>(s)];
    const DeviceId inside = builder.add_device(DeviceKind::kSwitch, fmt::format("s{}.sw", s), s);
    for (std::int32_t n = 0; n < box.nics; ++n) {
      const DeviceId gpu = builder.add_device(DeviceKind::kGpu, fmt::format("s{}.gpu{}", s, n), s);
      const DeviceId nic = builder.add_device(DeviceKind::kNic, fmt::format("s{}.nic{}", s, n), s);
      builder.add_cable(gpu, inside, {.bandwidth = 900_Gbps}, "nvlink");
      builder.add_cable(gpu, nic, {.bandwidth = 500_Gbps}, "pcie");
      links += 4;
      ports.push_back({.device = nic,
                       .server = s,
                       .rail = n,
                       .cable = {.bandwidth = box.bandwidth, .latency = 1_usec}});
    }
  }
  return ports;
}

BuiltFabric build_fabric(std::string_view name, const Entries& entries,
                         const std::vector<Box>& boxes) {
  const ConfigNode section = config::numbered(config::map(entries));
  ReadingContext context;
  ConfigReader reader(section, "topology", context);
  BuiltFabric built;
  const auto plan = Registry<Fabric>::get(name, "fabric").read(reader, shape_of(boxes));
  context.report_unknown_keys();
  try {
    context.diagnostics.throw_if_any({"test"});
  } catch (const ConfigError& error) {
    built.errors = error.what();
  }
  EXPECT_EQ(plan == nullptr, !built.errors.empty());
  if (plan == nullptr) return built;
  TopologyBuilder builder;
  std::int64_t links = 0;
  const auto ports = add_servers(builder, boxes, links);
  built.planned = plan->size();
  built.pods = plan->build(builder, ports);
  built.topology = std::move(builder).seal();
  const auto of_boxes = static_cast<std::int64_t>(2 * ports.size() + boxes.size());
  built.added = {.devices = std::ssize(built.topology->devices()) - of_boxes,
                 .links = std::ssize(built.topology->links()) - links};
  return built;
}

const Link& link_named(const Topology& topology, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return topology.link(id);
  }
  throw std::runtime_error("no link " + std::string(name));
}

// Keys that build each fabric for four servers of two NICs; a new fabric needs a row here.
const std::map<std::string, Entries, std::less<>> kKeys = {
    {"single_switch", {}},
    {"rail_optimised", {{"spines", "2"}}},
    {"rail_only", {}},
    {"leaf_spine", {{"servers_per_leaf", "1"}, {"spines", "3"}}},
    {"clos", {{"servers_per_leaf", "1"}, {"leaves_per_pod", "2"}, {"spines", "2"}, {"cores", "4"}}},
    {"rail_optimised_clos",
     {{"servers_per_leaf", "1"}, {"servers_per_pod", "2"}, {"spines", "2"}, {"cores", "4"}}},
    {"fat_tree", {{"arity", "4"}}},
    {"dragonfly",
     {{"ports_per_router", "2"}, {"routers_per_group", "2"}, {"global_links_per_router", "1"}}},
    {"dragonfly_plus",
     {{"ports_per_leaf", "2"},
      {"leaves_per_group", "2"},
      {"spines_per_group", "2"},
      {"global_links_per_spine", "1"}}},
    {"planes", {{"planes", "2"}, {"plane", "leaf_spine"}, {"servers_per_leaf", "2"}}},
};

class AnyFabric : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, AnyFabric, testing::ValuesIn(Registry<Fabric>::names()),
                         [](const auto& test) { return test.param; });

TEST_P(AnyFabric, SaysWhatItIsAndWhereItIsFrom) {
  const Fabric& fabric = Registry<Fabric>::get(GetParam(), "fabric");
  EXPECT_FALSE(fabric.summary.empty());
  EXPECT_FALSE(fabric.summary.ends_with('.'));
  EXPECT_FALSE(fabric.reference.empty());
}

TEST_P(AnyFabric, BuildsExactlyWhatItPlans) {
  const BuiltFabric built = build_fabric(GetParam(), kKeys.at(GetParam()), {4, Box{.nics = 2}});
  ASSERT_EQ(built.errors, "");
  EXPECT_EQ(built.added.devices, built.planned.devices);
  EXPECT_EQ(built.added.links, built.planned.links);
  if (!built.pods.empty()) {
    EXPECT_EQ(built.pods.size(), 8U);
  }
}

// What leaves a device over cables of the class "network".
Bandwidth network_bandwidth(const Topology& topology, DeviceId id) {
  std::int64_t bits = 0;
  for (const LinkId link : topology.out_links(id)) {
    const bool counts = topology.media()[topology.link(link).medium] == "network";
    if (counts) bits += topology.link(link).bandwidth.bits_per_second();
  }
  return Bandwidth::bits_per_second(bits);
}

TEST_P(AnyFabric, LeavesEveryPortItsWholeCable) {
  const BuiltFabric built = build_fabric(GetParam(), kKeys.at(GetParam()), {4, Box{.nics = 2}});
  ASSERT_TRUE(built.topology);
  int nics = 0;
  for (DeviceId id = 0; id < built.topology->devices().size(); ++id) {
    if (built.topology->device(id).kind != DeviceKind::kNic) continue;
    EXPECT_EQ(network_bandwidth(*built.topology, id), 100_Gbps);
    ++nics;
  }
  EXPECT_EQ(nics, 8);
}

TEST_P(AnyFabric, PutsThePrefixBeforeEverySwitch) {
  const ConfigNode section = config::numbered(config::map(kKeys.at(GetParam())));
  ReadingContext context;
  ConfigReader reader(section, "topology", context);
  FabricShape shape = shape_of({4, Box{.nics = 2}});
  shape.prefix = "west.";
  const auto plan = Registry<Fabric>::get(GetParam(), "fabric").read(reader, shape);
  ASSERT_NE(plan, nullptr);
  TopologyBuilder builder;
  std::int64_t links = 0;
  plan->build(builder, add_servers(builder, {4, Box{.nics = 2}}, links));
  const Topology topology = std::move(builder).seal();
  const auto unnamed = [](const Device& device) {
    return device.server < 0 && !device.name.starts_with("west.");
  };
  EXPECT_TRUE(std::ranges::none_of(topology.devices(), unnamed));
}

TEST(Rails, PutNicsOfOneNumberOnOneLeaf) {
  for (const char* name : {"rail_only", "rail_optimised"}) {
    const BuiltFabric built = build_fabric(name, {}, {3, Box{.nics = 2}});
    EXPECT_NO_THROW(link_named(*built.topology, "s2.nic1>leaf1")) << name;
    EXPECT_THAT(built.pods, IsEmpty());
  }
}

// To another rail: over NVLink to the GPU that stands there, and on through the network.
TEST(RailOnly, ChangesRailsInsideAServer) {
  const BuiltFabric built = build_fabric("rail_only", {}, {2, Box{.nics = 2}});
  EXPECT_EQ(built.added.devices, 2);
  EXPECT_EQ(built.added.links, 2 * 4);
  const auto far = fewest_links(*built.topology, 0);
  EXPECT_THAT(far, ElementsAre(0, 2, 4, 6));
}

TEST(RailOnly, AsksForNoSpines) {
  const ConfigNode section = config::numbered(config::map({{"spines", "2"}}));
  ReadingContext context;
  ConfigReader reader(section, "topology", context);
  Registry<Fabric>::get("rail_only", "fabric").read(reader, shape_of({2, Box{}}));
  context.report_unknown_keys();
  EXPECT_THROW(context.diagnostics.throw_if_any({"test"}), ConfigError);
}

TEST(LeafSpineFabric, GivesALeafTheSumOfItsPortsWhateverTheyAre) {
  const BuiltFabric built = build_fabric(
      "leaf_spine", {{"servers_per_leaf", "2"}, {"spines", "2"}, {"oversubscription", "1.5"}},
      {{8, 400_Gbps}, {4, 200_Gbps}, {2, 50_Gbps}});
  EXPECT_EQ(link_named(*built.topology, "leaf0>spine1").bandwidth,
            Bandwidth::bits_per_second(1'333'333'333'333));
  EXPECT_EQ(link_named(*built.topology, "leaf1>spine1").bandwidth,
            Bandwidth::bits_per_second(33'333'333'333));
  EXPECT_EQ(built.pods.front(), 0);
  EXPECT_EQ(built.pods.back(), 1);
}

TEST(LeafSpineFabric, RefusesAnUplinkThatDoesNotFit) {
  EXPECT_THROW(build_fabric("leaf_spine", {{"servers_per_leaf", "2"}},
                            {4, Box{.bandwidth = Bandwidth::bits_per_second(INT64_MAX)}}),
               RequestError);
}

TEST(FatTreeFabric, RefusesMoreNicsThanItHasPorts) {
  EXPECT_THAT(build_fabric("fat_tree", {{"arity", "2"}}, {2, Box{.nics = 2}}).errors,
              HasSubstr("4 ports are more than the fabric has; legal: up to 2"));
}

TEST(FatTreeFabric, IsTheLeastThatHoldsAllNics) {
  EXPECT_EQ(build_fabric("fat_tree", {}, {8, Box{.nics = 2}}).added.devices, 20);
  EXPECT_EQ(build_fabric("fat_tree", {}, {9, Box{.nics = 2}}).added.devices, 45);
}

TEST(ClosFabric, CarriesWhatServersOfDifferentSpeedSend) {
  const BuiltFabric built = build_fabric(
      "clos", {{"servers_per_leaf", "1"}, {"leaves_per_pod", "2"}, {"core_oversubscription", "2"}},
      {{2, 400_Gbps}, {1, 100_Gbps}, {2, 50_Gbps}});
  const Topology& topology = *built.topology;
  EXPECT_EQ(link_named(topology, "leaf0>pod0.spine0").bandwidth, 800_Gbps);
  EXPECT_EQ(link_named(topology, "leaf1>pod0.spine0").bandwidth, 100_Gbps);
  EXPECT_EQ(link_named(topology, "pod0.spine0>core0").bandwidth, 450_Gbps);
  EXPECT_EQ(link_named(topology, "pod1.spine0>core0").bandwidth, 50_Gbps);
  EXPECT_THAT(built.pods, ElementsAre(0, 0, 0, 1, 1));
}

TEST(PlanesFabric, NamesThePodsOfThePortsOnce) {
  const BuiltFabric built = build_fabric("planes", kKeys.at("planes"), {4, Box{.nics = 2}});
  EXPECT_THAT(built.pods, ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
  EXPECT_EQ(link_named(*built.topology, "s0.nic0>plane1.leaf0").bandwidth, 50_Gbps);
}

}  // namespace
}  // namespace commsim::fabric_test
