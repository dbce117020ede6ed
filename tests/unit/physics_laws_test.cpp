// What holds of times by a Physics on any topology.
#include <gmock/gmock.h>

#include "tests/support/physics_cases.hpp"
#include "topology/preset.hpp"

namespace commsim::physics_laws_test {
namespace {

using namespace physics_cases;

TEST(PhysicsLaw, OfALongPipelineIsExtrapolatedWithinOnePercent) {
  const Physics bare = bare_links();
  const std::vector<std::pair<std::string, std::string>> cases{
      {"servers: 2, preset: dgx_h100, gpus: 4", "kind: all_reduce"},
      {"servers: 4, preset: dgx_h100, gpus: 2, nics: 2", "kind: all_reduce"},
      {"servers: 1, preset: dgx_h100", "kind: all_reduce"},
      {"servers: 2, preset: dgx_a100, gpus: 2", "kind: broadcast"}};
  for (const auto& [topology, collective] : cases) {
    const Case made = case_of(topology, collective);
    const PhysicsRuns runs(made.run(), bare);
    for (const Bytes size : {100_MiB, 333_MiB, 1_GiB}) {
      for (std::size_t way = 0; way < runs.ways().size(); ++way) {
        if (runs.ways()[way].algorithm == "ring") continue;
        const double full = seconds(all_of_it(runs, bare, size, way).time);
        const double time = seconds(runs.time(bare, size, way) - runs.overhead(bare, size, way));
        EXPECT_NEAR(time / full, 1, 0.01)
            << topology << ' ' << names(runs, bare)[way] << ' ' << size.count();
      }
    }
  }
}

const std::vector<std::string>& topologies() {
  static const std::vector<std::string> all{"servers: 1, preset: dgx_h100",
                                            "servers: 1, preset: dgx_a100, gpus: 2",
                                            "servers: 2, preset: dgx_h100, gpus: 4",
                                            "servers: 3, preset: dgx_a100, gpus: 2",
                                            "servers: 2, preset: aws_p5, gpus: 2, nics: 8",
                                            "servers: 1, preset: pcie_box"};
  return all;
}

TEST(PhysicsLaw, NeverFallsWithSize) {
  const Physics physics = nccl_prior();
  for (const std::string& topology : topologies()) {
    const Case made = case_of(topology);
    const PhysicsRuns runs(made.run(), physics);
    for (std::size_t way = 0; way < runs.ways().size(); ++way) {
      Duration before{0};
      // Whole KiB, so that all shards are equal: else a smaller vector can have a larger shard.
      for (std::int64_t kibibytes = 3; kibibytes <= 3'000'000; kibibytes += kibibytes) {
        const Bytes size = kibibytes * 1_KiB;
        const Duration time = runs.time(physics, size, way);
        EXPECT_GE(time, before) << topology << ' ' << names(runs, physics)[way] << ' '
                                << size.count();
        before = time;
      }
    }
  }
}

// Every way, at three sizes.
void expect_no_faster(const Case& made, const Physics& physics, const Physics& slower) {
  const PhysicsRuns runs(made.run(), physics);
  for (std::size_t way = 0; way < runs.ways().size(); ++way) {
    for (const Bytes size : {8_B, 1_MiB, 64_MiB}) {
      EXPECT_GE(runs.time(slower, size, way), runs.time(physics, size, way))
          << names(runs, physics)[way] << ' ' << size.count();
    }
  }
}

// Makes a parameter worse; returns whether more or less of it is worse.
bool worsen(const std::string& name, double& value) {
  if (name.ends_with(".latency") || name == "launch" || name.ends_with(".start")) {
    value = value * 1.5 + 1e-7;
    return true;
  }
  value /= 1.5;
  return !name.ends_with(".piece");
}

TEST(PhysicsLaw, NeverFallsWhereLinksBecomeSlower) {
  const Physics physics = nccl_prior();
  for (const std::string& topology : topologies()) {
    const Case made = case_of(topology);
    for (std::size_t i = 0; i < physics.parameters().size(); ++i) {
      Physics slower = physics;
      const auto [name, estimate] = slower.parameters()[i];
      if (!worsen(name, estimate->value)) continue;
      SCOPED_TRACE(topology + ' ' + name);
      expect_no_faster(made, physics, slower);
    }
  }
}

void expect_the_least(const std::string& topology, const std::string& kind) {
  const Physics physics = nccl_prior();
  const Case made = case_of(topology, kind);
  const PhysicsRuns runs(made.run(), physics);
  for (const Bytes size : {8_B, 64_KiB, 512_KiB, 4_MiB, 64_MiB}) {
    Duration least = runs.time(physics, size, 0);
    for (std::size_t way = 1; way < runs.ways().size(); ++way) {
      least = std::min(least, runs.time(physics, size, way));
    }
    const PhysicsTime fastest = runs.fastest(physics, size);
    EXPECT_EQ(fastest.time, least) << topology << ' ' << kind << ' ' << size.count();
    EXPECT_EQ(fastest.time, runs.time(physics, size, fastest.way));
  }
}

TEST(PhysicsLaw, OfTheFastestWayIsTheLeastOfAll) {
  for (const std::string& topology : topologies()) {
    for (const char* kind : {"kind: all_reduce", "kind: all_gather", "kind: broadcast",
                             "kind: all_to_all", "kind: send_recv, pattern: shift"}) {
      expect_the_least(topology, kind);
    }
  }
}

TEST(PhysicsLaw, OfTheFastestWayIsTheLeastOfAllWherePcieIsSlowerThanTheNicBehindIt) {
  expect_the_least(
      "servers: 2, gpus: 1, nics: 1, gpu_nic: {bandwidth: 10 GB/s, latency: 1 us}, nic: "
      "{bandwidth: 50 GB/s, latency: 350 ns}, intra: switch, gpu_link: {bandwidth: 100 GB/s, "
      "latency: 300 ns}",
      "kind: all_reduce");
}

// Where PCIe is all there is, its shares decide.
TEST(PhysicsLaw, OfTheFastestWayIsTheLeastOfAllOnPcieAlone) {
  const Case made = case_of("servers: 1, preset: pcie_box");
  Physics physics = nccl_prior();
  for (const auto& [protocol, share] : {std::pair(0, 0.3), std::pair(1, 0.5), std::pair(2, 0.8)}) {
    physics.protocols[static_cast<std::size_t>(protocol)].links[1].efficiency.value = share;
  }
  const PhysicsRuns runs(made.run(), physics);
  EXPECT_EQ(runs.fastest(physics, 64_MiB).time,
            runs.time(physics, 64_MiB, way_named(runs, physics, "ring Simple")));
}

TEST(PhysicsLaw, IsNeverBelowTheBoundOfTheTopology) {
  const Physics physics = nccl_prior();
  for (const std::string& preset : Registry<ServerPreset>::names()) {
    const Case made = case_of("servers: 1, preset: " + preset);
    const PhysicsRuns runs(made.run(), physics);
    for (const Bytes size : {8_B, 1_GiB}) {
      CollectiveCall call = made.run().call;
      call.size = size;
      const PhysicsTime fastest = runs.fastest(physics, size);
      const bool in_switch = physics.protocols[runs.ways()[fastest.way].protocol].in_switch;
      EXPECT_GE(fastest.time, lower_bound(*made.run().cluster, call, in_switch).time)
          << preset << ' ' << size.count();
    }
  }
}

}  // namespace
}  // namespace commsim::physics_laws_test
