#include <gmock/gmock.h>

#include "tests/support/topology.hpp"

namespace commsim::custom_topology_test {
namespace {

using config::list;
using config::map;
using config::Value;
using testing::AllOf;
using testing::HasSubstr;

ConfigNode three_devices() {
  return map({{"gpu", list({"alpha", "beta"})}, {"switch", list({"centre"})}});
}

std::string errors_of(const std::vector<std::pair<std::string, Value>>& entries) {
  const auto built = build_topology("custom", map(entries));
  EXPECT_FALSE(built.topology);
  return built.errors;
}

std::string errors_of_link(const std::vector<std::pair<std::string, Value>>& link) {
  return errors_of({{"devices", three_devices()}, {"links", list({map(link)})}});
}

TEST(CustomTopology, RefusesMissingDevices) {
  EXPECT_THAT(errors_of({}), HasSubstr("topology.devices: the key 'devices' is missing"));
}

TEST(CustomTopology, RefusesAnUnknownKindOfDevice) {
  EXPECT_THAT(errors_of({{"devices", map({{"gpus", list({"a"})}})}}),
              HasSubstr("topology.devices.gpus: unknown key 'gpus'; did you mean 'gpu'?"));
}

TEST(CustomTopology, RefusesDevicesThatAreNoListOfNames) {
  EXPECT_THAT(errors_of({{"devices", map({{"gpu", "a"}})}}), HasSubstr("expected a list"));
  EXPECT_THAT(errors_of({{"devices", map({{"gpu", list({list({"a"})})}})}}),
              HasSubstr("expected the name of a device"));
  EXPECT_THAT(errors_of({{"devices", list({"a"})}}), HasSubstr("expected a map"));
}

TEST(CustomTopology, RefusesADeviceListedTwice) {
  EXPECT_THAT(errors_of({{"devices", map({{"gpu", list({"a"})}, {"switch", list({"a"})}})}}),
              HasSubstr("topology.devices.switch: the device 'a' is listed twice"));
}

TEST(CustomTopology, RefusesAnUnknownDeviceAtItsPlaceWithTheNearest) {
  // Lines: the section, devices (6 nodes: the map, gpu and two, switch and one), links, its item,
  // between, its first and its second name.
  EXPECT_THAT(
      errors_of_link({{"between", list({"alpha", "center"})}, {"bandwidth", "1 GB/s"}}),
      HasSubstr("test:12:1: error: topology.links[0].between: unknown device 'center'; did you "
                "mean 'centre'?"));
  EXPECT_THAT(errors_of_link({{"from", "alpa"}, {"to", "beta"}, {"bandwidth", "1 GB/s"}}),
              HasSubstr("topology.links[0].from: unknown device 'alpa'"));
}

TEST(CustomTopology, RefusesALinkFromADeviceToItself) {
  EXPECT_THAT(errors_of_link({{"between", list({"beta", "beta"})}, {"bandwidth", "1 GB/s"}}),
              HasSubstr("joins 'beta' to itself"));
  EXPECT_THAT(errors_of_link({{"from", "beta"}, {"to", "beta"}, {"bandwidth", "1 GB/s"}}),
              HasSubstr("joins 'beta' to itself"));
}

TEST(CustomTopology, RefusesALinkWithoutEndsOrWithBothForms) {
  EXPECT_THAT(errors_of_link({{"bandwidth", "1 GB/s"}}), HasSubstr("needs 'between: [a, b]'"));
  EXPECT_THAT(
      errors_of_link(
          {{"between", list({"alpha", "beta"})}, {"from", "alpha"}, {"bandwidth", "1 GB/s"}}),
      HasSubstr("either 'between'"));
  EXPECT_THAT(errors_of_link({{"from", "alpha"}, {"bandwidth", "1 GB/s"}}),
              HasSubstr("topology.links[0].to: the key 'to' is missing"));
  EXPECT_THAT(errors_of_link({{"between", list({"alpha"})}, {"bandwidth", "1 GB/s"}}),
              HasSubstr("joins two devices, found 1"));
}

TEST(CustomTopology, RefusesALinkWithoutBandwidthOrWithUnknownKeys) {
  EXPECT_THAT(errors_of_link({{"between", list({"alpha", "beta"})}, {"latncy", "1 us"}}),
              AllOf(HasSubstr("topology.links[0].bandwidth: the key"),
                    HasSubstr("topology.links[0].latncy: unknown key")));
}

TEST(CustomTopology, RefusesAnUnknownMedium) {
  EXPECT_THAT(
      errors_of_link(
          {{"between", list({"alpha", "beta"})}, {"bandwidth", "1 GB/s"}, {"medium", "nvlnk"}}),
      HasSubstr("did you mean 'nvlink'?"));
}

TEST(CustomTopology, RefusesADeviceInTwoServers) {
  EXPECT_THAT(errors_of({{"devices", three_devices()},
                         {"servers",
                          map({{"left", list({"alpha"})}, {"right", list({"beta", "alpha"})}})}}),
              HasSubstr("topology.servers.right: the device 'alpha' is in a server already"));
  EXPECT_THAT(errors_of({{"devices", three_devices()}, {"servers", map({{"left", "alpha"}})}}),
              HasSubstr("topology.servers.left: expected a list"));
  EXPECT_THAT(
      errors_of({{"devices", three_devices()}, {"servers", map({{"left", list({"gamma"})}})}}),
      HasSubstr("unknown device 'gamma'"));
}

TEST(CustomTopology, RefusesADisconnectedGraph) {
  EXPECT_THAT(errors_of({{"devices", three_devices()}}), HasSubstr("'alpha' to 'beta'"));
}

TEST(CustomTopology, StopsAfterFiftyErrors) {
  const ConfigNode wrong = map({{"between", list({"x", "y"})}, {"bandwidth", "1 GB/s"}});
  const std::string errors = errors_of(
      {{"devices", three_devices()}, {"links", list(std::vector<Value>(1000, Value(wrong)))}});
  EXPECT_LE(std::count(errors.begin(), errors.end(), '\n'), 52);
}

TEST(CustomTopology, BuildsBothFormsOfLink) {
  const Topology topology = topology_of(
      "custom",
      map({{"devices", map({{"switch", list({"s"})}, {"gpu", list({"b", "a"})}})},
           {"links", list({map({{"between", list({"a", "s"})}, {"bandwidth", "50 GB/s"}}),
                           map({{"from", "b"},
                                {"to", "s"},
                                {"bandwidth", "25 GB/s"},
                                {"latency", "1 us"},
                                {"medium", "network"}}),
                           map({{"from", "s"}, {"to", "b"}, {"bandwidth", "5 GB/s"}})})}}));
  ASSERT_EQ(topology.links().size(), 4U);
  EXPECT_EQ(topology.device(topology.ranks()[0]).name, "b");
  EXPECT_EQ(topology.link_name(1), "s>a");
  EXPECT_EQ(topology.link_name(2), "b>s");
  EXPECT_EQ(topology.link(2).bandwidth, 25_GBps);
  EXPECT_EQ(topology.link(2).latency, 1_usec);
  EXPECT_EQ(topology.media()[topology.link(2).medium], "network");
  EXPECT_EQ(topology.media()[topology.link(3).medium], "link");
}

TEST(CustomTopology, GroupsDevicesIntoServersOfUnequalSize) {
  const Topology topology = topology_of(
      "custom",
      map({{"devices", map({{"gpu", list({"a", "b", "c"})}, {"host", list({"h"})}})},
           {"servers", map({{"left", list({"a"})}, {"right", list({"b", "c"})}})},
           {"links", list({map({{"between", list({"a", "h"})}, {"bandwidth", "1 GB/s"}}),
                           map({{"between", list({"b", "h"})}, {"bandwidth", "1 GB/s"}}),
                           map({{"between", list({"c", "h"})}, {"bandwidth", "1 GB/s"}})})}}));
  EXPECT_EQ(topology.device(0).server, 0);
  EXPECT_EQ(topology.device(1).server, 1);
  EXPECT_EQ(topology.device(2).server, 1);
  EXPECT_EQ(topology.device(3).server, -1);
  EXPECT_EQ(topology.device(3).kind, DeviceKind::kHost);
}

TEST(CustomTopology, SweepsTheBandwidthOfALinkAndNothingElse) {
  const ConfigNode section = map(
      {{"devices", map({{"gpu", list({"a", "b"})}})},
       {"links",
        list({map({{"between", list({"a", "b"})}, {"bandwidth", list({"1 GB/s", "2 GB/s"})}})})}});
  ReadingContext context;
  std::vector<Bandwidth> seen;
  do {
    ConfigReader reader(section, "topology", context);
    const auto topology = Registry<TopologyKind>::get("custom", "topology").build(reader);
    ASSERT_TRUE(topology);
    seen.push_back(topology->link(0).bandwidth);
  } while (context.sweep.advance());
  EXPECT_THAT(seen, testing::ElementsAre(1_GBps, 2_GBps));
}

TEST(CustomTopology, StaysWrongAtEveryPointOfASweep) {
  const ConfigNode section = map(
      {{"devices", map({{"gpu", list({"a", "b"})}})},
       {"links",
        list({map({{"between", list({"a", "x"})}, {"bandwidth", list({"1 GB/s", "2 GB/s"})}})})}});
  ReadingContext context;
  do {
    ConfigReader reader(section, "topology", context);
    EXPECT_FALSE(Registry<TopologyKind>::get("custom", "topology").build(reader));
  } while (context.sweep.advance());
}

}  // namespace
}  // namespace commsim::custom_topology_test
