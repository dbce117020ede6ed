// Servers whose GPUs have several NICs each, and what is said of NICs and hosts that stand idle.
#include <gmock/gmock.h>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim::several_nics_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Outcome {
  CollectiveResult result;
  int nics = 0;  ///< that send to the network
};

Outcome outcome_of(const std::string& topology, const std::string& collective,
                   const std::string& model = "fair_share") {
  const ScenarioSet set = read_scenarios(
      read_yaml_text("version: 1\ntopology: {kind: server_cluster, " + topology +
                         "}\nnetwork: {model: " + model + "}\ncollective: {" + collective + "}\n",
                     "test"));
  const CollectiveRun& run = set.points.front().run;
  Outcome outcome{.result = run_collective(run)};
  const Topology& topology_of_run = run.cluster->topology;
  for (LinkId id = 0; id < topology_of_run.links().size(); ++id) {
    const Link& link = topology_of_run.link(id);
    const bool leaves = topology_of_run.device(link.from).kind == DeviceKind::kNic &&
                        topology_of_run.media()[link.medium] == "network";
    if (leaves && outcome.result.link_bytes[id] > Bytes{0}) ++outcome.nics;
  }
  return outcome;
}

constexpr const char* kRing = "kind: all_reduce, algorithm: ring, size: 256 MiB";

class SeveralNics : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Fabrics, SeveralNics,
                         testing::Values("single_switch", "rail_optimised", "rail_only"));

TEST_P(SeveralNics, AllCarryRingsByDefault) {
  const std::string p5 = std::string("servers: 2, preset: aws_p5, fabric: ") + GetParam();
  const Outcome all = outcome_of(p5, kRing);
  EXPECT_EQ(all.nics, 64);
  EXPECT_THAT(all.result.warnings, IsEmpty());
  const Outcome quarter = outcome_of(p5, std::string(kRing) + ", channels: 8");
  EXPECT_EQ(quarter.nics, 16);
  EXPECT_GT(quarter.result.time, 3 * all.result.time);
}

TEST_P(SeveralNics, AllCarryTreesAndHierarchicalSchedules) {
  const std::string p5 = std::string("servers: 2, preset: aws_p5, fabric: ") + GetParam();
  for (const char* algorithm : {"hierarchical", "nvls", "double_binary_tree"}) {
    const std::string call = "kind: all_reduce, size: 256 MiB, algorithm: ";
    EXPECT_EQ(outcome_of(p5, call + algorithm).nics, 64) << algorithm;
  }
}

constexpr const char* kFourNics = "servers: 2, preset: aws_p5";
constexpr const char* kOneAsFast =
    "servers: 2, preset: aws_p5, nics: 8, nic: {bandwidth: 400 Gb/s}, "
    "gpu_nic: {bandwidth: 504 Gb/s}";

TEST(SeveralNicsOfOneGpu, CarryAsMuchAsOneOfTheirSpeedTogether) {
  const Outcome four = outcome_of(kFourNics, kRing);
  const Outcome one = outcome_of(kOneAsFast, kRing);
  EXPECT_EQ(one.nics, 16);
  EXPECT_EQ(four.result.time, one.result.time);
}

TEST(SeveralNicsOfOneGpu, CarryItsShareOfAHierarchicalScheduleInSlices) {
  for (const char* algorithm : {"hierarchical, outer: ring", "nvls, outer: ring"}) {
    const std::string call =
        std::string("kind: all_reduce, size: 256 MiB, algorithm: ") + algorithm;
    const double four = seconds(outcome_of(kFourNics, call).result.time);
    const double one = seconds(outcome_of(kOneAsFast, call).result.time);
    EXPECT_NEAR(four, one, 0.001 * one) << algorithm;
  }
}

TEST(DefaultChannels, AreAtMostThirtyTwoAndSayWhatThatLeavesIdle) {
  const std::string racks = "servers: 2, preset: gb200_nvl72";
  const Outcome by_default = outcome_of(racks, kRing, "link_fifo");
  EXPECT_EQ(by_default.nics, 64);
  EXPECT_THAT(by_default.result.warnings,
              ElementsAre(HasSubstr("has 32 channels by default, which use as many of the 72 NICs "
                                    "of a server; channels: 64 uses more")));
  const Outcome more = outcome_of(racks, std::string(kRing) + ", channels: 64", "link_fifo");
  EXPECT_EQ(more.nics, 128);
  EXPECT_THAT(more.result.warnings, IsEmpty());
}

TEST(ParameterServers, ThatNobodyAskedForAreSaidToStandIdle) {
  const std::string cluster = "servers: 2, preset: dgx_a100, parameter_servers: 2";
  const std::string push = "kind: all_reduce, algorithm: parameter_server, size: 1 MiB";
  EXPECT_THAT(outcome_of(cluster, push).result.warnings,
              ElementsAre(HasSubstr("the ranks serve the parameters and the hosts of the network "
                                    "(2) are not used; servers: separate uses them")));
  for (const char* said : {", servers: colocated", ", servers: separate"}) {
    EXPECT_THAT(outcome_of(cluster, push + said).result.warnings, IsEmpty()) << said;
  }
  EXPECT_THAT(outcome_of("servers: 2, preset: dgx_a100", push).result.warnings, IsEmpty());
}

}  // namespace
}  // namespace commsim::several_nics_test
