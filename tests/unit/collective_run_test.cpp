// From a run to an audited result.
#include "sim/workload/collective_run.hpp"

#include <gmock/gmock.h>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim::collective_run_test {
namespace {

ScenarioSet scenario(const std::string& network, const std::string& collective) {
  return read_scenarios(read_yaml_text(
      "version: 1\n"
      "topology: {kind: switch, ranks: 9, link: {bandwidth: 1 GB/s, latency: 1 us}}\n"
      "network: {" +
          network + "}\ncollective: {" + collective + "}\n",
      "test"));
}

constexpr const char* kIncast =
    "kind: send_recv, algorithm: direct, pattern: many_to_one, size: 1 MB";
constexpr const char* kRing = "kind: all_reduce, algorithm: ring, size: 9 MB";

CollectiveResult result_of(const ScenarioSet& set) {
  return run_collective(set.points.front().run);
}

TEST(CollectiveRun, PartsOfTheCriticalPathAddUpToTheTime) {
  for (const char* model : {"model: alpha_beta", "model: link_fifo", "model: fair_share"}) {
    for (const char* collective : {kIncast, kRing}) {
      const CollectiveResult result = result_of(scenario(model, collective));
      const PathCost& path = result.critical_path;
      EXPECT_EQ(path.transfer + path.latency + path.compute + result.waiting, result.time);
      EXPECT_GE(result.waiting, Duration{0}) << model;
    }
  }
}

TEST(CollectiveRun, AnIncastWaitsForTheSharedLink) {
  const CollectiveResult result = result_of(scenario("model: fair_share", kIncast));
  EXPECT_EQ(result.time, 8000_usec + 2_usec);
  EXPECT_EQ(result.critical_path.transfer, 1000_usec);
  EXPECT_EQ(result.waiting, 7000_usec);
  ASSERT_TRUE(result.bottleneck);
  EXPECT_EQ(result.bottleneck->name, "sw0>gpu0");
  EXPECT_EQ(result.bottleneck->busy, 8000_usec);
  EXPECT_EQ(result.bound.time, 8000_usec);
  EXPECT_THAT(result.warnings, testing::IsEmpty());
}

TEST(CollectiveRun, AMessageHasALatencyBound) {
  const CollectiveResult result = result_of(scenario(
      "model: fair_share", "kind: send_recv, algorithm: direct, pattern: pair, size: 0 B"));
  EXPECT_EQ(result.time, 2_usec);
  EXPECT_EQ(result.bound.time, 2_usec);
}

// Every NIC carries its part, also where GPUs share NICs.
TEST(CollectiveRun, RingsUseAllNicsOfAServer) {
  for (const char* nics : {"1", "2", "4", "8"}) {
    const ScenarioSet set = read_scenarios(read_yaml_text(
        std::string("version: 1\n"
                    "topology: {kind: server_cluster, servers: 2, preset: dgx_h100, nics: ") +
            nics + "}\ncollective: {kind: all_reduce, algorithm: ring, size: 1 GiB}\n",
        "test"));
    const CollectiveResult result = result_of(set);
    const double network = 50e9 * std::stod(nics);
    EXPECT_NEAR(result.busbw, network, 0.01 * network) << nics << " NICs";
  }
}

// Rates are doubles and times are rounded; waiting is never negative all the same.
TEST(CollectiveRun, NoMessageIsFasterThanTheLaw) {
  for (int seed = 0; seed < 40; ++seed) {
    const std::string bandwidth = std::to_string(1'000'003 + seed * 7'919) + " kb/s";
    const ScenarioSet set = read_scenarios(read_yaml_text(
        "version: 1\n"
        "topology: {kind: server_cluster, servers: 4, gpus: 3, nics: 2, intra: mesh,\n"
        "  gpu_link: {bandwidth: 7 GB/s}, gpu_nic: {bandwidth: 2 GB/s}, nic: {bandwidth: " +
            bandwidth +
            "},\n  fabric: leaf_spine, servers_per_leaf: 1, oversubscription: 3}\n"
            "collective: {kind: all_gather, algorithm: [direct, ring], size: 1000003 B}\n",
        "test"));
    for (const ScenarioPoint& point : set.points) {
      EXPECT_GE(run_collective(point.run).waiting, Duration{0}) << bandwidth;
    }
  }
}

TEST(CollectiveRun, AlphaBetaWarnsWhereItIgnoresSharing) {
  const CollectiveResult result = result_of(scenario("model: alpha_beta", kIncast));
  EXPECT_EQ(result.time, 1002_usec);
  EXPECT_THAT(result.warnings, testing::ElementsAre(testing::HasSubstr("sw0>gpu0")));
}

TEST(CollectiveRun, RatesAreThoseOfNcclTests) {
  const CollectiveResult result = result_of(scenario("model: fair_share", kRing));
  // 16 steps of 1 MB at 1 GB/s and 2 us.
  EXPECT_EQ(result.time, 16 * 1002_usec);
  EXPECT_DOUBLE_EQ(result.algbw, 9e6 / 16.032e-3);
  EXPECT_DOUBLE_EQ(result.busbw, result.algbw * 2 * 8 / 9);
  EXPECT_EQ(result.messages, 144);
  EXPECT_EQ(result.sent, Bytes{144'000'000});
}

TEST(CollectiveRun, DoublingTheSizeOrHalvingTheBandwidthIsNeverFaster) {
  Duration before{0};
  for (const char* size : {"1 MB", "2 MB", "4 MB", "8 MB"}) {
    const auto set = scenario("model: fair_share",
                              std::string("kind: all_reduce, algorithm: ring, size: ") + size);
    const Duration time = result_of(set).time;
    EXPECT_GT(time, before);
    before = time;
  }
}

TEST(Sensitivity, OfAnIncastIsToBandwidthAlone) {
  const ScenarioSet set = scenario("model: fair_share", kIncast);
  const auto better = better_links(set.points.front().run);
  ASSERT_EQ(better.size(), 2U);
  EXPECT_EQ(better[0].change, "link: bandwidth + 10 %");
  EXPECT_NEAR(seconds(better[0].time), 8e-3 / 1.1 + 2e-6, 1e-11);
  EXPECT_EQ(better[1].time, 8000_usec + 1800_nsec);
}

TEST(Sensitivity, ComparesWithEveryOtherAlgorithmFastestFirst) {
  const ScenarioSet set = scenario("model: fair_share", kRing);
  const auto others = other_algorithms(set.points.front().run);
  EXPECT_GT(others.size(), 5U);
  EXPECT_LT(others.size(), algorithm_names(CollectiveKind::kAllReduce).size());
  EXPECT_TRUE(std::is_sorted(others.begin(), others.end(),
                             [](const auto& a, const auto& b) { return a.time < b.time; }));
}

}  // namespace
}  // namespace commsim::collective_run_test
