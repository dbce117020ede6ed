#include "topology/topology.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace commsim::topology_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr LinkSpec kLink{.bandwidth = 50_GBps, .latency = 1_usec};

TEST(TopologyBuilder, RefusesAGraphWithoutGpus) {
  TopologyBuilder builder;
  builder.add_device(DeviceKind::kSwitch, "sw0");
  EXPECT_THAT([&] { std::move(builder).seal(); },
              ThrowsMessage<RequestError>(HasSubstr("has no GPU")));
}

TEST(TopologyBuilder, RefusesRanksThatCannotReachEachOtherAndNamesThem) {
  TopologyBuilder builder;
  builder.add_device(DeviceKind::kGpu, "left");
  builder.add_device(DeviceKind::kGpu, "right");
  EXPECT_THAT([&] { std::move(builder).seal(); },
              ThrowsMessage<RequestError>(HasSubstr("no route leads from 'left' to 'right'")));
}

TEST(TopologyBuilder, RefusesAOneWayStreet) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  builder.add_link(a, b, kLink);
  EXPECT_THAT([&] { std::move(builder).seal(); },
              ThrowsMessage<RequestError>(HasSubstr("from 'b' to 'a'")));
}

TEST(TopologyBuilder, RefusesWhatIsTooLargeBeforeBuildingIt) {
  TopologyBuilder builder;
  EXPECT_THAT([&] { builder.reserve({.ranks = 1'048'577}); },
              ThrowsMessage<RequestError>(HasSubstr("1048577 ranks; legal: up to 1048576")));
  EXPECT_THAT([&] { builder.reserve({.ranks = 2, .devices = INT64_MAX}); },
              ThrowsMessage<RequestError>(HasSubstr("devices")));
  EXPECT_THAT([&] { builder.reserve({.ranks = 2, .devices = 2, .links = INT64_MAX}); },
              ThrowsMessage<RequestError>(HasSubstr("links")));
}

TEST(Topology, GivesTheLinksOfEachDeviceInTheOrderAdded) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a", 3);
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b", 3);
  builder.add_cable(b, s, kLink, "nvlink");
  builder.add_cable(a, s, kLink, "pcie");
  builder.add_link(s, b, kLink, "nvlink");
  const Topology topology = std::move(builder).seal();

  EXPECT_THAT(topology.out_links(s), ElementsAre(1, 3, 4));
  EXPECT_THAT(topology.in_links(s), ElementsAre(0, 2));
  EXPECT_THAT(topology.out_links(a), ElementsAre(2));
  EXPECT_THAT(topology.in_links(b), ElementsAre(1, 4));
  EXPECT_THAT(topology.ranks(), ElementsAre(a, b));
  EXPECT_THAT(topology.media(), ElementsAre("nvlink", "pcie"));
  EXPECT_EQ(topology.link_name(4), "s>b#2");
  EXPECT_EQ(topology.device(a).server, 3);
  EXPECT_EQ(topology.device(s).server, -1);
}

TEST(Topology, MayBeALoneGpu) {
  TopologyBuilder builder;
  builder.add_device(DeviceKind::kGpu, "only");
  const Topology topology = std::move(builder).seal();
  EXPECT_EQ(topology.rank_count(), 1);
  EXPECT_THAT(topology.out_links(0), IsEmpty());
}

}  // namespace
}  // namespace commsim::topology_test
