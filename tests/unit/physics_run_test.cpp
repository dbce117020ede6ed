// Times on links as a Physics says they are, against what can be worked out by hand.
#include "sim/workload/physics_run.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/support/physics_cases.hpp"

namespace commsim::physics_run_test {
namespace {

using namespace physics_cases;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> ways_of(const std::string& topology, const std::string& collective,
                                 const std::string& only = {}) {
  const Case made = case_of(topology, collective);
  const Physics physics = nccl_prior();
  return names(PhysicsRuns(made.run(), physics, only), physics);
}

TEST(PhysicsRuns, RefuseABarrier) {
  EXPECT_THAT([] { ways_of("servers: 1, preset: dgx_h100", "kind: barrier"); },
              ThrowsMessage<RequestError>(HasSubstr("barrier")));
}

TEST(PhysicsRuns, RefuseAnAlgorithmThatIsNoneOfTheirs) {
  EXPECT_THAT(
      [] { ways_of("servers: 1, preset: dgx_h100", "kind: all_reduce", "halving_doubling"); },
      ThrowsMessage<RequestError>(HasSubstr("no schedule for all_reduce on this topology by "
                                            "'halving_doubling'")));
  EXPECT_THROW(ways_of("servers: 1, preset: dgx_a100", "kind: all_reduce", "nvls"), RequestError);
  EXPECT_THROW(ways_of("servers: 2, preset: dgx_h100", "kind: all_gather", "nvls"), RequestError);
}

TEST(PhysicsRuns, OfAnAllReduceAreRingsTreesBetweenServersAndNvls) {
  EXPECT_THAT(ways_of("servers: 1, preset: dgx_a100", "kind: all_reduce"),
              ElementsAre("ring LL", "ring LL128", "ring Simple"));
  EXPECT_THAT(ways_of("servers: 1, preset: dgx_h100", "kind: all_reduce"),
              ElementsAre("ring LL", "ring LL128", "ring Simple", "nvls NVLS"));
  EXPECT_THAT(ways_of("servers: 2, preset: dgx_a100", "kind: all_reduce"),
              ElementsAre("ring LL", "double_binary_tree LL", "ring LL128",
                          "double_binary_tree LL128", "ring Simple", "double_binary_tree Simple"));
  EXPECT_THAT(
      ways_of("servers: 2, preset: dgx_h100", "kind: all_reduce"),
      ElementsAre("ring LL", "double_binary_tree LL", "ring LL128", "double_binary_tree LL128",
                  "ring Simple", "double_binary_tree Simple", "nvls NVLS"));
}

TEST(PhysicsRuns, TakeNvlsFromThreeRanksOn) {
  EXPECT_THAT(ways_of("servers: 1, preset: dgx_h100, gpus: 2", "kind: all_reduce"),
              ElementsAre("ring LL", "ring LL128", "ring Simple"));
  EXPECT_THAT(ways_of("servers: 1, preset: dgx_h100, gpus: 3", "kind: all_reduce", "nvls"),
              ElementsAre("nvls NVLS"));
}

TEST(PhysicsRuns, OfOtherCollectivesAreRingsChainsAndDirectOnes) {
  const std::string one = "servers: 1, preset: dgx_h100";
  const std::string two = "servers: 2, preset: dgx_h100";
  for (const std::string kind : {"kind: all_gather", "kind: reduce_scatter"}) {
    EXPECT_THAT(ways_of(one, kind),
                ElementsAre("ring LL", "ring LL128", "ring Simple", "nvls NVLS"));
    EXPECT_THAT(ways_of(two, kind), ElementsAre("ring LL", "ring LL128", "ring Simple"));
  }
  for (const std::string kind : {"kind: broadcast", "kind: reduce"}) {
    EXPECT_THAT(ways_of(two, kind), ElementsAre("chain LL", "chain LL128", "chain Simple"));
  }
  for (const std::string kind :
       {"kind: all_to_all", "kind: gather", "kind: scatter", "kind: send_recv, pattern: shift"}) {
    EXPECT_THAT(ways_of(two, kind), ElementsAre("direct LL", "direct LL128", "direct Simple"));
  }
}

TEST(PhysicsRuns, CanBeThoseOfOneAlgorithm) {
  EXPECT_THAT(ways_of("servers: 2, preset: dgx_h100", "kind: all_reduce", "ring"),
              ElementsAre("ring LL", "ring LL128", "ring Simple"));
}

// Six steps of two links, each with a quarter of 4 MiB at 50 GB/s; then the copy of a quarter.
TEST(PhysicsTime, OfARingInOneServer) {
  const Case made = case_of(small(1, 4));
  const Physics physics = half_of_links();
  const PhysicsRuns runs(made.run(), physics);
  const Duration start = 5_usec + 2_usec;
  const Duration copy = 1_MiB / 1000_GBps;
  EXPECT_EQ(runs.overhead(physics, 4_MiB, 0), start + copy);
  EXPECT_EQ(runs.time(physics, 4_MiB, 0), start + 6 * 2_usec + 6 * (1_MiB / 50_GBps) + copy);
}

// Of four ranks in two servers every other step is between servers: three of the six.
TEST(PhysicsTime, OfARingBetweenServersAddsTheStepsOfBothKinds) {
  const Case made = case_of(small(2, 2));
  const Physics physics = half_of_links();
  const PhysicsRuns runs(made.run(), physics, "ring");
  constexpr Bandwidth kNic = 10_GBps;  // of each of the two channels
  EXPECT_EQ(runs.time(physics, 4_MiB, 0) - runs.overhead(physics, 4_MiB, 0),
            3 * 2_usec + 3 * 10_usec + 6 * (512_KiB / kNic));
}

// The root passes 4 pieces on to the second of 3 ranks, it to the third.
TEST(PhysicsTime, OfAChainIsThatOfItsPipeline) {
  const Case made = case_of(small(1, 3), "kind: broadcast");
  const Physics physics = half_of_links();
  const PhysicsRuns runs(made.run(), physics);
  EXPECT_EQ(runs.time(physics, 4_MiB, 0), 7_usec + 2 * 2_usec + (3 - 2 + 4) * (1_MiB / 50_GBps));
}

TEST(PhysicsTime, OfTreesHasTheirShareOfTheBandwidth) {
  const Case made = case_of(small(2, 2));
  Physics physics = half_of_links();
  physics.protocols.front().links = bare_links().protocols[2].links;
  const PhysicsRuns runs(made.run(), physics, "double_binary_tree");
  const Duration all = runs.time(physics, 64_MiB, 0) - runs.overhead(physics, 64_MiB, 0);
  physics.tree.value = 0.5;
  const Duration half = runs.time(physics, 64_MiB, 0) - runs.overhead(physics, 64_MiB, 0);
  EXPECT_NEAR(seconds(half), 2 * seconds(all), 1e-6 * seconds(half));
}

// 350 + 200 ns instead of 350: two links of the network for each of three steps.
TEST(PhysicsTime, TakesWhatSlowerLinksTakeMoreThanThoseOfTheFit) {
  const Case fitted = case_of(small(2, 2));
  const Case slower = case_of(
      "servers: 2, gpus: 2, nics: 2, intra: switch, gpu_link: {bandwidth: 100 GB/s, latency: 300 "
      "ns}, gpu_nic: {bandwidth: 50 GB/s, latency: 1 us}, nic: {bandwidth: 20 GB/s, latency: 550 "
      "ns}");
  const Physics physics = half_of_links();
  const PhysicsRuns here(fitted.run(), physics);
  const PhysicsRuns there(slower.run(), physics);
  const std::size_t ring = way_named(here, nccl_prior(), "ring LL");
  EXPECT_EQ(there.time(physics, 4_MiB, ring), here.time(physics, 4_MiB, ring) + 3 * 2 * 200_nsec);
}

TEST(PhysicsTime, OfLinksFarFasterThanThoseOfTheFitHasNoLatencyBelowZero) {
  const Case made = case_of(small(1, 4));
  Physics physics = half_of_links();
  physics.protocols.front().links.front().reference = 1e-3;
  const PhysicsRuns runs(made.run(), physics);
  EXPECT_EQ(runs.time(physics, 4_MiB, 0) - runs.overhead(physics, 4_MiB, 0), 6 * (1_MiB / 50_GBps));
}

// An empty vector on links with latency, and a full one on links without.
TEST(PhysicsTime, IsThatOfLatenciesAndThatOfTransfersAfterEachOther) {
  for (const char* preset : {"servers: 1, preset: dgx_h100", "servers: 2, preset: dgx_h100"}) {
    const Case made = case_of(preset);
    const Physics physics = nccl_prior();
    const Physics bare = bare_links();
    const PhysicsRuns runs(made.run(), physics);
    const Bytes size = 4_MiB;
    for (std::size_t way = 0; way < runs.ways().size(); ++way) {
      const Cluster cluster = runs.cluster_for(physics, way);
      CollectiveRun empty = runs.run_on(cluster, physics, size, way);
      empty.call.size = Bytes{0};
      empty.call.chunk.reset();
      EXPECT_EQ(runs.time(physics, size, way), runs.overhead(physics, size, way) +
                                                   run_collective(empty).time +
                                                   all_of_it(runs, bare, size, way).time)
          << preset << ' ' << names(runs, physics)[way];
    }
  }
}

// What is in a matrix is sent once.
TEST(PhysicsTime, OfAnUnevenAllToAllIsThatOfItsSlowestRank) {
  Case made = case_of(small(1, 3), "kind: all_to_all");
  CollectiveRun run = made.run();
  const Bytes none{0};
  run.call.matrix = {{none, 1_MiB, none}, {none, none, none}, {none, none, none}};
  run.call.size = 1_MiB;
  const Physics physics = half_of_links();
  const PhysicsRuns runs(run, physics);
  EXPECT_EQ(runs.time(physics, 1_MiB, 0), 7_usec + 2_usec + 1_MiB / 50_GBps);
}

// One step of two links, in which three messages share the link of their sender.
TEST(PhysicsTime, OfAnAllToAllSharesTheLinkOfEachRank) {
  const Case made = case_of(small(1, 4), "kind: all_to_all");
  const Physics physics = half_of_links();
  const PhysicsRuns runs(made.run(), physics);
  EXPECT_EQ(runs.time(physics, 4_MiB, 0), 7_usec + 2_usec + 3_MiB / 50_GBps);
}

TEST(PhysicsTime, OfOneRankIsThatOfTheLaunch) {
  const Case made = case_of("servers: 1, preset: dgx_h100, gpus: 1");
  const Physics physics = half_of_links();
  const PhysicsRuns runs(made.run(), physics);
  EXPECT_EQ(runs.time(physics, 8_B, 0), runs.overhead(physics, 8_B, 0));
}

// A share of nvls goes by all NICs of its GPU, as if they were one of their speed together.
TEST(PhysicsTime, OfNvlsUsesAllNicsOfAGpu) {
  const Physics physics = nccl_prior();
  const auto time = [&](const std::string& nics) {
    const Case made = case_of("servers: 2, preset: aws_p5" + nics);
    const PhysicsRuns runs(made.run(), physics, "nvls");
    return seconds(runs.time(physics, 1_GiB, 0));
  };
  const double one = time(", nics: 8, nic: {bandwidth: 400 Gb/s}, gpu_nic: {bandwidth: 504 Gb/s}");
  EXPECT_NEAR(time("") / one, 1, 0.02);
}

TEST(PhysicsRuns, OfNvlsAreRunsThatUseAllNicsOfAGpu) {
  const Case made = case_of("servers: 2, preset: aws_p5, gpus: 2, nics: 8");
  const Physics bare = bare_links();
  const PhysicsRuns runs(made.run(), bare, "nvls");
  const Duration added = runs.time(bare, 16_MiB, 0) - runs.overhead(bare, 16_MiB, 0);
  const Duration overlapped = all_of_it(runs, bare, 16_MiB, 0).time;
  EXPECT_GE(added, overlapped);
  EXPECT_LE(added, overlapped + runs.latency(bare, 0));
}

}  // namespace
}  // namespace commsim::physics_run_test
