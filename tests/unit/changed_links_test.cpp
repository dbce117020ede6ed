#include "topology/changed_links.hpp"

#include <gmock/gmock.h>

#include "tests/support/topology.hpp"

namespace commsim::changed_links_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

Topology two_servers() {
  return topology_of("server_cluster",
                     config::map({{"servers", "2"}, {"preset", "dgx_h100"}, {"gpus", "2"}}));
}

Topology unchanged(const Topology& topology) {
  return with_changed_links(topology, [](LinkSpec&, std::string_view) {});
}

void expect_same_graph(const Topology& a, const Topology& b) {
  ASSERT_EQ(a.devices().size(), b.devices().size());
  for (DeviceId id = 0; id < a.devices().size(); ++id) {
    EXPECT_EQ(a.device(id).kind, b.device(id).kind);
    EXPECT_EQ(a.device(id).name, b.device(id).name);
    EXPECT_EQ(a.device(id).server, b.device(id).server) << a.device(id).name;
    EXPECT_EQ(a.device(id).pod, b.device(id).pod) << a.device(id).name;
    EXPECT_EQ(a.device(id).reduces, b.device(id).reduces) << a.device(id).name;
    EXPECT_THAT(a.out_links(id), ElementsAreArray(b.out_links(id)));
    EXPECT_THAT(a.in_links(id), ElementsAreArray(b.in_links(id)));
  }
  ASSERT_EQ(a.links().size(), b.links().size());
  for (LinkId id = 0; id < a.links().size(); ++id) {
    EXPECT_EQ(a.link_name(id), b.link_name(id));
    EXPECT_EQ(a.media()[a.link(id).medium], b.media()[b.link(id).medium]) << a.link_name(id);
  }
  EXPECT_THAT(a.media(), ElementsAreArray(b.media()));
  EXPECT_THAT(a.gpus(), ElementsAreArray(b.gpus()));
  EXPECT_THAT(a.ranks(), ElementsAreArray(b.ranks()));
}

TEST(ChangedLinks, LeaveTheRestAsItIs) {
  const Topology before = two_servers();
  const Topology after = with_changed_links(before, [](LinkSpec& spec, std::string_view medium) {
    if (medium != "network") return;
    spec.bandwidth = spec.bandwidth * 2;
    spec.latency += 1_usec;
  });
  expect_same_graph(before, after);
  for (LinkId id = 0; id < before.links().size(); ++id) {
    const Link& old = before.link(id);
    const bool network = before.media()[old.medium] == "network";
    EXPECT_EQ(after.link(id).bandwidth, network ? old.bandwidth * 2 : old.bandwidth);
    EXPECT_EQ(after.link(id).latency, network ? old.latency + 1_usec : old.latency);
  }
}

TEST(ChangedLinks, AreAskedForOnceEachInOrder) {
  const Topology topology = two_servers();
  std::vector<std::string> media;
  std::vector<Duration> latencies;
  with_changed_links(topology, [&](LinkSpec& spec, std::string_view medium) {
    media.emplace_back(medium);
    latencies.push_back(spec.latency);
  });
  ASSERT_EQ(media.size(), topology.links().size());
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    EXPECT_EQ(media[id], topology.media()[topology.link(id).medium]);
    EXPECT_EQ(latencies[id], topology.link(id).latency);
  }
}

TEST(ChangedLinks, KeepSwitchesThatDoNotReduce) {
  const Topology a100 =
      topology_of("server_cluster", config::map({{"servers", "2"}, {"preset", "dgx_a100"}}));
  std::size_t without = 0;
  for (const Device& device : a100.devices()) without += device.reduces ? 0 : 1;
  ASSERT_GT(without, 0U) << "the test needs a switch that does not add";
  expect_same_graph(a100, unchanged(a100));
}

TEST(ChangedLinks, KeepTheFactsOfEveryServer) {
  const Topology before = topology_of(
      "server_cluster", config::map({{"servers", "3"}, {"preset", "aws_p5"}, {"gpus", "1"}}));
  const Topology after = unchanged(before);
  for (const std::int32_t server : {0, 1, 2}) {
    ASSERT_TRUE(before.facts(server).gpu);
    EXPECT_EQ(after.facts(server).gpu, before.facts(server).gpu);
    EXPECT_EQ(after.facts(server).cpu, before.facts(server).cpu);
    EXPECT_EQ(after.facts(server).network_latency, before.facts(server).network_latency);
  }
}

TEST(ChangedLinks, KeepPodsAndTheGrid) {
  const ConfigNode link = config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}});
  const Topology torus =
      topology_of("torus", config::map({{"sides", config::list({"3", "2"})}, {"link", link}}));
  ASSERT_THAT(torus.grid().sides, ElementsAre(3, 2));
  const Topology same = unchanged(torus);
  EXPECT_THAT(same.grid().sides, ElementsAre(3, 2));
  EXPECT_EQ(same.grid().wraps, torus.grid().wraps);

  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b", 1);
  builder.set_pod(a, 3);
  builder.add_cable(a, b, {.bandwidth = 1_GBps}, "nvlink");
  builder.add_cable(a, b, {.bandwidth = 2_GBps}, "pcie");
  const Topology small = std::move(builder).seal();
  expect_same_graph(small, unchanged(small));
}

TEST(ChangedLinks, KeepWhereRanksRun) {
  Topology topology = two_servers();
  topology.place({topology.gpus()[3], topology.gpus()[0]});
  expect_same_graph(topology, unchanged(topology));
  EXPECT_EQ(unchanged(topology).rank_count(), 2);
}

}  // namespace
}  // namespace commsim::changed_links_test
