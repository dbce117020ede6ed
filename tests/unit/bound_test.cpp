// What no schedule can beat, by hand for small clusters.
#include "sim/workload/bound.hpp"

#include <gtest/gtest.h>

#include "sim/workload/layout.hpp"
#include "tests/support/topology.hpp"

namespace commsim::bound_test {
namespace {

constexpr LinkSpec kCable{.bandwidth = 10_GBps, .latency = 1_usec};

Topology one_switch(Rank ranks) {
  TopologyBuilder builder;
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (Rank r = 0; r < ranks; ++r) {
    builder.add_cable(builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r)), hub, kCable);
  }
  return std::move(builder).seal();
}

// Two servers of two GPUs, each on its own switch, with a trunk of 1 GB/s between the switches.
Topology two_servers() {
  TopologyBuilder builder;
  DeviceId before = 0;
  for (const int server : {0, 1}) {
    const DeviceId hub =
        builder.add_device(DeviceKind::kSwitch, "hub" + std::to_string(server), server);
    for (const char* name : {"a", "b"}) {
      const DeviceId gpu =
          builder.add_device(DeviceKind::kGpu, name + std::to_string(server), server);
      builder.add_cable(gpu, hub, kCable);
    }
    if (server == 1) builder.add_cable(before, hub, {.bandwidth = 1_GBps, .latency = 5_usec});
    before = hub;
  }
  return std::move(builder).seal();
}

LowerBound bound(const Topology& topology, CollectiveKind kind, Bytes size, Rank root = 0) {
  return lower_bound(make_cluster(topology), {.kind = kind, .size = size, .root = root});
}

// 2 (p-1) S over p links of B each way.
TEST(LowerBound, OfAllReduceOnASwitchIsTwoPMinusOneOverP) {
  const LowerBound result = bound(one_switch(4), CollectiveKind::kAllReduce, Bytes{4'000'000});
  EXPECT_EQ(result.time, 600_usec);
  EXPECT_EQ(result.reason, "what the ranks must send to each other");
}

TEST(LowerBound, OfShardedCollectivesIsHalfOfThat) {
  EXPECT_EQ(bound(one_switch(4), CollectiveKind::kAllGather, Bytes{4'000'000}).time, 300_usec);
  EXPECT_EQ(bound(one_switch(4), CollectiveKind::kReduceScatter, Bytes{4'000'000}).time, 300_usec);
}

TEST(LowerBound, OfBroadcastIsTheWholeBufferOverOneLink) {
  EXPECT_EQ(bound(one_switch(4), CollectiveKind::kBroadcast, Bytes{4'000'000}, 3).time, 400_usec);
}

TEST(LowerBound, OfSmallMessagesIsTheLatencyOfTheFarthestRanks) {
  const LowerBound result = bound(two_servers(), CollectiveKind::kAllReduce, 8_B);
  EXPECT_EQ(result.time, 7_usec);
  EXPECT_EQ(result.reason, "the latency of the farthest ranks");
}

TEST(LowerBound, SeesTheTrunkBetweenServers) {
  const LowerBound result = bound(two_servers(), CollectiveKind::kAllReduce, Bytes{1'000'000});
  EXPECT_EQ(result.time, 1000_usec);
  EXPECT_EQ(result.reason, "what must enter a server");
}

TEST(LowerBound, OfOneRankIsZero) {
  EXPECT_EQ(bound(one_switch(1), CollectiveKind::kAllReduce, 1_GiB).time, Duration{0});
}

TEST(LowerBound, NeverOverstatesWhatIndivisibleShardsMustCross) {
  // 7 bytes over 4 ranks are cut 2, 2, 2, 1: a rank that holds two lacks five.
  const Collective& gather = collective(CollectiveKind::kAllGather);
  EXPECT_EQ(gather.must_enter(7_B, {.inside = 1, .ranks = 4}), 5_B);
  EXPECT_EQ(gather.must_enter(7_B, {.inside = 3, .ranks = 4}), 1_B);
  EXPECT_EQ(gather.must_enter(7_B, {.inside = 4, .ranks = 4}), 0_B);
}

TEST(LowerBound, KnowsThatShardsAreCutToElements) {
  // Two elements of 8 bytes over 4 ranks: ranks 0 and 1 hold one each, the others none.
  const Collective& gather = collective(CollectiveKind::kAllGather);
  EXPECT_EQ(gather.must_enter(16_B, {.inside = 1, .ranks = 4, .element = 8_B}), 8_B);
  EXPECT_EQ(gather.must_enter(16_B, {.inside = 2, .ranks = 4, .element = 8_B}), 0_B);
}

TEST(LowerBound, LeavesRanksOfNoServerBesideTheServers) {
  TopologyBuilder builder;
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (const int server : {0, 0, 1, 1, -1}) {
    builder.add_cable(builder.add_device(DeviceKind::kGpu, "gpu", server), hub, kCable);
  }
  const Cluster cluster = make_cluster(std::move(builder).seal());
  ASSERT_EQ(cluster.servers.size(), 3U);
  EXPECT_EQ(cluster.servers[0].ranks, std::vector<Rank>{4});
  EXPECT_EQ(cluster.servers[1].bits_out, 2 * kCable.bandwidth.bits_per_second());
}

TEST(Layout, FollowsTheServersOfTheDevices) {
  const RankLayout layout = layout_of(two_servers()).layout;
  EXPECT_EQ(layout.servers, (std::vector<std::vector<Rank>>{{0, 1}, {2, 3}}));
  EXPECT_EQ(layout.rails, 1);
  EXPECT_EQ(layout_of(one_switch(3)).layout.servers,
            (std::vector<std::vector<Rank>>{{0}, {1}, {2}}));
}

// Ranks alike are looked at once, but the root is none of them.
TEST(LowerBound, DoesNotAskTheRootForWhatItHas) {
  TopologyBuilder builder;
  for (int r = 0; r < 4; ++r) builder.add_device(DeviceKind::kGpu, std::to_string(r));
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (DeviceId r = 0; r < hub; ++r) {
    builder.add_link(r, hub, {.bandwidth = 50_GBps});
    builder.add_link(hub, r, {.bandwidth = r == 2 ? 1_GBps : 50_GBps});
  }
  const Topology topology = std::move(builder).seal();
  const auto broadcast = [&](Rank root) {
    return bound(topology, CollectiveKind::kBroadcast, Bytes{1'000'000}, root).bandwidth;
  };
  EXPECT_EQ(broadcast(2), Bytes{1'000'000} / 50_GBps);
  EXPECT_EQ(broadcast(0), Bytes{1'000'000} / 1_GBps);
}

}  // namespace
}  // namespace commsim::bound_test
