#include "topology/analysis/metrics.hpp"

#include <gmock/gmock.h>

#include <array>
#include <boost/concept_check.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <numeric>

#include "core/error.hpp"
#include "tests/support/topology.hpp"
#include "topology/boost_view.hpp"

namespace commsim::metrics_test {
namespace {

BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Topology>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Topology>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Topology>));

using testing::ElementsAre;

Topology small(const char* kind, int ranks) { return topology_of(kind, small_section(ranks)); }

TEST(Metrics, RefuseASumOfBandwidthsThatDoesNotFit) {
  const LinkSpec cable{.bandwidth = Bandwidth::bits_per_second(INT64_MAX / 2)};
  TopologyBuilder builder;
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    builder.add_cable(builder.add_device(DeviceKind::kGpu, name), hub, cable);
  }
  EXPECT_THROW(bisection(std::move(builder).seal()), RequestError);
}

TEST(Metrics, OfALoneRankAreZeroOrNothing) {
  const Topology topology = small("ring", 1);
  EXPECT_EQ(latency_diameter(topology), 0_psec);
  EXPECT_EQ(hop_diameter(topology), 0);
  EXPECT_EQ(bisection(topology), std::nullopt);
  EXPECT_EQ(connectivity(topology), std::nullopt);
}

TEST(Metrics, FindTheLeastLatencyAndNotTheFewestLinks) {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId s = builder.add_device(DeviceKind::kSwitch, "s");
  builder.add_cable(a, b, {.bandwidth = 1_GBps, .latency = 9_usec});
  builder.add_cable(a, s, {.bandwidth = 1_GBps, .latency = 1_usec});
  builder.add_link(s, b, {.bandwidth = 1_GBps, .latency = 2_usec});
  const Topology topology = std::move(builder).seal();
  EXPECT_THAT(least_latencies(topology, 0), ElementsAre(0_usec, 3_usec));
  EXPECT_THAT(least_latencies(topology, 1), ElementsAre(9_usec, 0_usec));
  EXPECT_THAT(fewest_links(topology, 0), ElementsAre(0, 1));
  EXPECT_EQ(latency_diameter(topology), 9_usec);
}

TEST(Metrics, NeverWrapALatency) {
  TopologyBuilder builder;
  for (const char* name : {"a", "b", "c"}) builder.add_device(DeviceKind::kGpu, name);
  builder.add_cable(0, 1, {.bandwidth = 1_GBps, .latency = Duration::max()});
  builder.add_cable(1, 2, {.bandwidth = 1_GBps, .latency = Duration::max()});
  EXPECT_EQ(latency_diameter(std::move(builder).seal()), Duration::max());
}

TEST(Metrics, GiveTheDiametersOfKnownGraphs) {
  EXPECT_EQ(hop_diameter(small("ring", 8)), 4);
  EXPECT_EQ(hop_diameter(small("ring", 7)), 3);
  EXPECT_EQ(hop_diameter(small("fully_connected", 8)), 1);
  EXPECT_EQ(hop_diameter(small("switch", 8)), 2);
  EXPECT_EQ(latency_diameter(small("ring", 8)), 4_usec);
  EXPECT_EQ(latency_diameter(small("switch", 128)), 2_usec);
}

// Sweeps happen to find the true diameter of symmetric graphs.
TEST(Metrics, EstimateTheDiametersOfLargeGraphs) {
  EXPECT_EQ(hop_diameter(small("ring", 1000)), 500);
  EXPECT_EQ(latency_diameter(small("switch", 4096)), 2_usec);
}

TEST(Metrics, GiveTheBisectionsOfKnownGraphs) {
  EXPECT_EQ(bisection(small("switch", 8)), 200_GBps);           // 4 ranks of 50 GB/s
  EXPECT_EQ(bisection(small("switch", 7)), 150_GBps);           // the first half has 3 ranks
  EXPECT_EQ(bisection(small("ring", 8)), 100_GBps);             // two cables
  EXPECT_EQ(bisection(small("ring", 2)), 50_GBps);              // one
  EXPECT_EQ(bisection(small("fully_connected", 8)), 800_GBps);  // 4 x 4 cables
}

// The cut in the middle is narrower than what either side can send: a textbook network (Cormen et
// al., Introduction to Algorithms, section 26.1) with a maximum flow of 23.
TEST(Metrics, FindTheMaximumFlowOfATextbookNetwork) {
  TopologyBuilder builder;
  const DeviceId s = builder.add_device(DeviceKind::kGpu, "s");
  const DeviceId t = builder.add_device(DeviceKind::kGpu, "t");
  std::array<DeviceId, 5> v{};
  for (std::size_t i = 1; i < v.size(); ++i) v.at(i) = builder.add_device(DeviceKind::kSwitch, "v");
  const auto pipe = [&](DeviceId from, DeviceId to, std::int64_t bits) {
    builder.add_link(from, to, {.bandwidth = Bandwidth::bits_per_second(bits)});
  };
  pipe(s, v[1], 16);
  pipe(s, v[2], 13);
  pipe(v[2], v[1], 4);
  pipe(v[1], v[3], 12);
  pipe(v[3], v[2], 9);
  pipe(v[2], v[4], 14);
  pipe(v[4], v[3], 7);
  pipe(v[3], t, 20);
  pipe(v[4], t, 4);
  pipe(t, s, 1);
  const Topology topology = std::move(builder).seal();
  const std::array<Rank, 1> source{0};
  const std::array<Rank, 1> sink{1};
  EXPECT_EQ(cut_bandwidth(topology, source, sink).bits_per_second(), 23);
  EXPECT_EQ(cut_bandwidth(topology, sink, source).bits_per_second(), 1);
  EXPECT_EQ(connectivity(topology), 1);
}

TEST(Metrics, CutAnySetsOfRanks) {
  const Topology topology = small("ring", 8);
  const std::array<Rank, 4> even{0, 2, 4, 6};
  const std::array<Rank, 4> odd{1, 3, 5, 7};
  EXPECT_EQ(cut_bandwidth(topology, even, odd), 400_GBps);
  const std::array<Rank, 1> one{3};
  EXPECT_EQ(cut_bandwidth(topology, even, one), 100_GBps);
}

TEST(Metrics, CountTheLinksThatMustFail) {
  EXPECT_EQ(connectivity(small("switch", 8)), 1);
  EXPECT_EQ(connectivity(small("ring", 8)), 2);
  EXPECT_EQ(connectivity(small("fully_connected", 8)), 7);
  EXPECT_EQ(connectivity(small("switch", 129)), std::nullopt);
}

TEST(Metrics, ManageALargeCluster) {
  const Topology topology = topology_of("server_cluster", config::map({{"servers", "512"},
                                                                       {"preset", "dgx_a100"},
                                                                       {"fabric", "leaf_spine"},
                                                                       {"servers_per_leaf", "16"},
                                                                       {"oversubscription", "2"},
                                                                       {"spines", "16"}}));
  EXPECT_EQ(bisection(topology), 200_Gbps * (256 * 8 / 2));
  EXPECT_EQ(hop_diameter(topology), 6);
}

}  // namespace
}  // namespace commsim::metrics_test
