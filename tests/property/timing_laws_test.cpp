// Does every algorithm obey the laws of time, on every network model, whatever the graph?
#include <gtest/gtest.h>

#include "collectives/proof/checker.hpp"
#include "tests/support/clusters.hpp"

namespace commsim::timing_laws_test {
namespace {

using clusters::random_graph;
using clusters::result_of;
using clusters::run_of;

class TimingLaws : public ::testing::TestWithParam<const Algorithm*> {
 protected:
  [[nodiscard]] std::optional<CollectiveResult> run(const Cluster& cluster, CollectiveCall call,
                                                    std::string_view model = "alpha_beta") const {
    return result_of(run_of(cluster, *GetParam(), std::move(call), model));
  }
};

ConfigNode link(const std::string& bandwidth, const std::string& latency) {
  return config::map({{"bandwidth", bandwidth}, {"latency", latency}});
}

// Ranks and hosts on a switch, servers with switches on rails, a torus.
std::vector<Topology> regular(const std::string& bandwidth, const std::string& latency) {
  const ConfigNode cable = link(bandwidth, latency);
  std::vector<Topology> all;
  all.push_back(
      topology_of("switch", config::map({{"ranks", "8"}, {"hosts", "2"}, {"link", cable}})));
  all.push_back(topology_of("server_cluster", config::map({{"servers", "2"},
                                                           {"gpus", "4"},
                                                           {"intra", "switch"},
                                                           {"nics", "4"},
                                                           {"gpu_link", cable},
                                                           {"gpu_nic", cable},
                                                           {"nic", cable},
                                                           {"fabric", "rail_optimised"}})));
  all.push_back(
      topology_of("torus", config::map({{"sides", config::list({"4", "4"})}, {"link", cable}})));
  return all;
}

CollectiveCall call_of(Bytes size, std::optional<Bytes> chunk = std::nullopt) {
  CollectiveCall call;
  call.size = size;
  call.chunk = chunk;
  return call;
}

// The audit in run_collective aborts on a result below its bound, or a link above its bandwidth.
TEST_P(TimingLaws, HoldOnRandomGraphsUnderEveryModel) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Cluster cluster = make_cluster(random_graph(seed));
    CollectiveCall call = call_of(Bytes{static_cast<std::int64_t>(mix(seed) % 300)});
    call.kind = calls::kind_of(*GetParam());
    if (call.kind == CollectiveKind::kBarrier) call.size = Bytes{0};
    call.layout = cluster.layout;
    const auto program = calls::made(*GetParam(), call);
    if (program == nullptr) continue;
    EXPECT_EQ(find_fault(*program, call, seed).value_or("no fault"), "no fault") << seed;
    const Bytes size = call.size * 10'000;
    const auto free = run(cluster, call_of(size));
    for (const char* model : {"link_fifo", "fair_share"}) {
      const auto shared = run(cluster, call_of(size), model);
      EXPECT_GE(shared->time, free->critical_path.latency) << seed;
      EXPECT_EQ(shared->sent, free->sent) << seed;
      EXPECT_EQ(shared->messages, free->messages) << seed;
    }
  }
}

TEST_P(TimingLaws, MoreBytesNeverEndEarlier) {
  for (Topology& topology : regular("40 GB/s", "1 us")) {
    const Cluster cluster = make_cluster(std::move(topology));
    Duration before{0};
    for (const std::int64_t size :
         {0, 1, 960, 961, 4096, 65'536, 1'000'000, 1'048'576, 5'000'001}) {
      const auto result = run(cluster, call_of(Bytes{size}));
      if (!result) break;
      EXPECT_GE(result->time, before) << size;
      before = result->time;
    }
  }
}

TEST_P(TimingLaws, MoreLatencyOrLessBandwidthNeverEndsEarlier) {
  const auto fast = regular("40 GB/s", "1 us");
  const auto later = regular("40 GB/s", "1500 ns");
  const auto slower = regular("30 GB/s", "1 us");
  for (std::size_t i = 0; i < fast.size(); ++i) {
    for (const std::int64_t size : {8, 100'000, 3'000'001}) {
      const auto base = run(make_cluster(fast[i]), call_of(Bytes{size}));
      if (!base) break;
      EXPECT_GE(run(make_cluster(later[i]), call_of(Bytes{size}))->time, base->time) << size;
      EXPECT_GE(run(make_cluster(slower[i]), call_of(Bytes{size}))->time, base->time) << size;
    }
  }
}

TEST_P(TimingLaws, BytesAndBandwidthScaledTogetherChangeNothing) {
  const auto one = regular("10 GB/s", "1 us");
  const auto three = regular("30 GB/s", "1 us");
  for (std::size_t i = 0; i < one.size(); ++i) {
    const Bytes size = 4 * 960_KiB;
    const auto a = run(make_cluster(one[i]), call_of(size, 64_KiB));
    const auto b = run(make_cluster(three[i]), call_of(3 * size, 3 * 64_KiB));
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) {
      EXPECT_EQ(a->time, b->time) << GetParam()->name;
    }
  }
}

TEST_P(TimingLaws, RanksRelabelledOnASymmetricTopologyChangeNothing) {
  Topology topology = regular("40 GB/s", "1 us").front();
  const auto before = run(make_cluster(topology), call_of(1_MiB));
  topology.place({5, 2, 7, 0, 1, 6, 3, 4});
  const auto after = run(make_cluster(topology), call_of(1_MiB));
  ASSERT_EQ(before.has_value(), after.has_value());
  if (before) {
    EXPECT_EQ(before->time, after->time);
  }
}

TEST_P(TimingLaws, TwoRunsGiveTheSame) {
  for (Topology& topology : regular("40 GB/s", "1 us")) {
    const Cluster cluster = make_cluster(std::move(topology));
    for (const char* model : {"alpha_beta", "link_fifo", "fair_share"}) {
      const auto one = run(cluster, call_of(Bytes{1'234'567}), model);
      if (!one) break;
      const auto two = run(cluster, call_of(Bytes{1'234'567}), model);
      EXPECT_EQ(one->time, two->time);
      EXPECT_EQ(one->events, two->events);
      EXPECT_EQ(one->link_bytes, two->link_bytes);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, TimingLaws, ::testing::ValuesIn(Registry<Algorithm>::entries()),
                         [](const auto& test) { return calls::test_name(*test.param); });

}  // namespace
}  // namespace commsim::timing_laws_test
