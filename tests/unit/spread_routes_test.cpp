// Messages that take several routes at once, and messages that choose their route, in a simulation.
// 1 MB at 50 GB/s takes 20 us; between leaves a message crosses four links of 1 us.
#include <gmock/gmock.h>

#include <map>
#include <numeric>

#include "core/random.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/sweep_runner.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/sensitivity.hpp"
#include "tests/support/flow_program.hpp"
#include "tests/support/leaf_spine.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::spread_routes_test {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

constexpr Bytes kMegabyte{1'000'000};

Bytes carried(const Topology& topology, const SimulationOutcome& outcome, std::string_view name) {
  for (LinkId id = 0; id < topology.links().size(); ++id) {
    if (topology.link_name(id) == name) return outcome.links.bytes[id];
  }
  return Bytes{-1};
}

// Slow cables to three spines, fast ones to the ranks: what a message gets is 3 * 10 GB/s.
Topology narrow_spines() {
  TopologyBuilder builder;
  const DeviceId a = builder.add_device(DeviceKind::kGpu, "a");
  const DeviceId b = builder.add_device(DeviceKind::kGpu, "b");
  const DeviceId left = builder.add_device(DeviceKind::kSwitch, "left");
  const DeviceId right = builder.add_device(DeviceKind::kSwitch, "right");
  builder.add_cable(a, left, {.bandwidth = 50_GBps, .latency = 1_usec});
  builder.add_cable(right, b, {.bandwidth = 50_GBps, .latency = 1_usec});
  for (int s = 0; s < 3; ++s) {
    const DeviceId spine = builder.add_device(DeviceKind::kSwitch, "spine" + std::to_string(s));
    const LinkSpec link{.bandwidth = 10_GBps, .latency = Duration{1'000'000 * (s + 1)}};
    builder.add_cable(left, spine, link);
    builder.add_cable(spine, right, link);
  }
  return std::move(builder).seal();
}

// T = S / (3 * 10 GB/s) + the largest of the latencies, 1 + 3 + 3 + 1 us.
TEST(SpreadRoutes, TakeAllBandwidthsTogetherAndTheLargestLatency) {
  const Topology topology = narrow_spines();
  for (const char* model : {"alpha_beta", "fair_share"}) {
    for (const Bytes size : {0_B, 1_B, 3_B, Bytes{999'999}, kMegabyte}) {
      EXPECT_EQ(run(model, topology, flow_program(2, {{0, 1, size}}), {.routing = "spray"}).time,
                message_time(size, 30_GBps, 8_usec))
          << model;
    }
  }
}

// Two flows share 30 GB/s; a link that is not spread over keeps its exact fractions.
TEST(SpreadRoutes, AreSharedFairly) {
  const auto outcome =
      run("fair_share", narrow_spines(), flow_program(2, {{0, 1, kMegabyte}, {0, 1, kMegabyte}}),
          {.routing = "spray"});
  EXPECT_EQ(outcome.time, message_time(kMegabyte, 15_GBps, 8_usec));
}

TEST(SpreadRoutes, LinksCarryTheirExactSharesRoundedUpOnce) {
  const Topology topology = narrow_spines();
  for (std::int64_t size = 0; size < 20; ++size) {
    const auto outcome =
        run("fair_share", topology, flow_program(2, {{0, 1, Bytes{size}}}), {.routing = "spray"});
    EXPECT_EQ(carried(topology, outcome, "a>left"), Bytes{size});
    EXPECT_EQ(carried(topology, outcome, "right>b"), Bytes{size});
    for (const char* spine : {"spine0", "spine1", "spine2"}) {
      const Bytes part = carried(topology, outcome, std::string("left>") + spine);
      EXPECT_EQ(part, carried(topology, outcome, std::string(spine) + ">right"));
      EXPECT_EQ(part.count(), (size + 2) / 3);
    }
  }
}

TEST(SpreadRoutes, AreRefusedWhereMessagesStayWhole) {
  const Topology topology = leaf_spine(2, 2, 2);
  const auto program = flow_program(4, {{0, 2, kMegabyte}});
  EXPECT_THAT([&] { run("link_fifo", topology, program, {.routing = "spray"}); },
              testing::ThrowsMessage<RequestError>(
                  testing::AllOf(HasSubstr("'spray' splits messages"), HasSubstr("'link_fifo'"),
                                 HasSubstr("alpha_beta, fair_share"), HasSubstr("shortest"))));
  EXPECT_THROW(run("link_fifo", topology, program, {.routing = "ecmp", .connections = 2}),
               RequestError);
  EXPECT_NO_THROW(run("link_fifo", topology, program, {.routing = "ecmp"}));
  EXPECT_NO_THROW(run("link_fifo", topology, program, {.routing = "adaptive"}));
}

// Ranks of one leaf each send to a rank of another leaf, all to different ones.
std::vector<Flow> permutation(int leaves, int each, Random& random) {
  std::vector<Rank> to(static_cast<std::size_t>(leaves * each));
  std::iota(to.begin(), to.end(), 0);
  for (std::size_t i = to.size() - 1; i > 0; --i) std::swap(to[i], to[random.below(i)]);
  std::vector<Flow> flows;
  for (std::size_t i = 0; i < to.size(); ++i) {
    flows.push_back({static_cast<Rank>(i), to[i], kMegabyte});
  }
  return flows;
}

TEST(Spray, MakesAPermutationOnALeafSpineCollisionFree) {
  const Topology topology = leaf_spine(4, 4, 4);
  Random random(1);
  for (int i = 0; i < 20; ++i) {
    const auto program = flow_program(16, permutation(4, 4, random));
    EXPECT_EQ(run("fair_share", topology, program, {.routing = "spray"}).time, 20_usec + 4_usec);
  }
}

TEST(EcmpConnections, SoftenCollisions) {
  const Topology topology = parallel_cables(8, 8);
  std::vector<Flow> flows;
  for (Rank rank = 0; rank < 8; ++rank) flows.push_back({rank, 8 + rank, kMegabyte});
  const auto program = flow_program(16, flows);
  const auto mean = [&](std::int64_t connections) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      sum += seconds(run("fair_share", topology, program,
                         {.routing = "ecmp", .seed = seed, .connections = connections})
                         .time);
    }
    return sum / 40;
  };
  const double one = mean(1);
  const double four = mean(4);
  const double sixteen = mean(16);
  EXPECT_GT(one, four * 1.2);
  EXPECT_GT(four, sixteen * 1.1);
  EXPECT_GT(sixteen, 23e-6);  // 20 us and three links of 1 us
}

// Two messages leave at once; hashing sends both over one cable for some seeds.
TEST(Adaptive, AvoidsACollisionThatEcmpHas) {
  const Topology topology = parallel_cables(2, 2);
  const auto program = flow_program(4, {{0, 2, kMegabyte}, {1, 3, kMegabyte}});
  for (const char* model : {"fair_share", "link_fifo"}) {
    Duration slowest{0};
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
      slowest =
          std::max(slowest, run(model, topology, program, {.routing = "ecmp", .seed = seed}).time);
      EXPECT_EQ(run(model, topology, program, {.routing = "adaptive", .seed = seed}).time, 23_usec);
    }
    EXPECT_GE(slowest, 43_usec) << model;
  }
}

// The same sender and receiver: the second message finds the first one's cable loaded, though the
// links that both share are loaded more.
TEST(Adaptive, LooksBeyondTheLinksThatAllRoutesShare) {
  const Topology topology = parallel_cables(1, 2);
  const auto outcome =
      run("fair_share", topology, flow_program(2, {{0, 1, kMegabyte}, {0, 1, kMegabyte}}),
          {.routing = "adaptive"});
  EXPECT_EQ(outcome.links.bytes[4], kMegabyte);
  EXPECT_EQ(outcome.links.bytes[6], kMegabyte);
}

// What has arrived is no load: messages one after the other take the first route.
TEST(Adaptive, ForgetsWhatHasArrived) {
  const Topology topology = parallel_cables(1, 2);
  const auto outcome =
      run("fair_share", topology, flow_program(2, {{0, 1, kMegabyte}, {0, 1, kMegabyte, 100_usec}}),
          {.routing = "adaptive"});
  EXPECT_EQ(outcome.links.bytes[4], kMegabyte * 2);
}

ScenarioSet scenario(const std::string& network) {
  return read_scenarios(read_yaml_text(
      "version: 1\n"
      "topology: {kind: server_cluster, servers: 4, preset: dgx_a100, fabric: leaf_spine, "
      "servers_per_leaf: 1, spines: 3}\n"
      "network: {" +
          network + "}\ncollective: {kind: all_reduce, algorithm: ring, size: [7 B, 1 MB]}\n",
      "test"));
}

TEST(NetworkSection, ReadsConnections) {
  const ScenarioSet set = scenario("routing: ecmp, connections: [1, 4]");
  ASSERT_EQ(set.points.size(), 4U);
  EXPECT_EQ(set.points.back().run.connections, 4);
}

TEST(NetworkSection, ReadsATableOnceForAllPoints) {
  const ScenarioSet set = scenario(
      "routing: static, routes: [{from: s0.gpu0, to: s0.gpu1, via: [s0.nvswitch]}, "
      "{from: s0.gpu1, to: s0.nvswitch}]");
  ASSERT_EQ(set.points.size(), 2U);
  EXPECT_EQ(set.static_routes.size(), 1U);
  EXPECT_EQ(set.points[0].run.static_routes, set.points[1].run.static_routes);
  EXPECT_NE(set.points[0].run.static_routes, nullptr);
}

// Every policy passes the audit, also with few bytes, and in each of two threads the same.
TEST(CollectiveRun, IsSoundAndTheSameUnderEveryPolicy) {
  for (const RoutingPolicy* policy : Registry<RoutingPolicy>::entries()) {
    for (const char* model : {"alpha_beta", "fair_share"}) {
      const std::string name(policy->name);
      const ScenarioSet set = scenario(
          "model: " + std::string(model) + ", seed: 5, routing: " + name +
          (policy->connects ? ", connections: 3" : "") + (policy->tabular ? ", routes: []" : ""));
      for (const ScenarioPoint& point : set.points) {
        const CollectiveResult first = run_collective(point.run);
        const CollectiveResult second = run_collective(point.run);
        EXPECT_EQ(first.time, second.time) << name;
        EXPECT_EQ(first.link_bytes, second.link_bytes) << name;
      }
    }
  }
}

TEST(Sensitivity, LeavesOutThePoliciesThatRefuse) {
  const auto named = [](const char* name) { return Field(&Alternative::change, name); };
  const auto fifo = other_routes(scenario("model: link_fifo").points.front().run);
  EXPECT_THAT(fifo, Contains(named("ecmp")));
  EXPECT_THAT(fifo, Contains(named("adaptive")));
  EXPECT_THAT(fifo, Not(Contains(named("spray"))));
  EXPECT_THAT(fifo, Not(Contains(named("static"))));
  EXPECT_THAT(other_routes(scenario("model: fair_share").points.front().run),
              Contains(named("spray")));
}

}  // namespace
}  // namespace commsim::spread_routes_test
