// Is a simulation ring by ring the same as one message by message, to the picosecond, the byte and
// the event?
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "collectives/compose.hpp"
#include "collectives/programs/ring_program.hpp"
#include "core/index.hpp"
#include "tests/support/clusters.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::lockstep_test {
namespace {

struct Network {
  std::string_view model;
  Switching switching = Switching::kCutThrough;
};

constexpr std::array<Network, 4> kNetworks{
    {{.model = "alpha_beta"},
     {.model = "link_fifo"},
     {.model = "link_fifo", .switching = Switching::kStoreAndForward},
     {.model = "fair_share"}}};

void expect_same(const SimulationOutcome& a, const SimulationOutcome& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.critical_path, b.critical_path);
  EXPECT_EQ(a.messages, b.messages);
  EXPECT_EQ(a.events, b.events);
  EXPECT_EQ(a.classes, b.classes);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.links.bytes, b.links.bytes);
  EXPECT_EQ(a.links.rounding, b.links.rounding);
}

// How many runs of each model were in lock step.
using Counts = std::map<std::string_view, int>;

void compare(const Topology& topology, const Program& program, Counts& in_lock_step,
             std::string_view routing = "shortest", std::span<const DeviceId> endpoints = {}) {
  for (const auto& [model, switching] : kNetworks) {
    if (model == "link_fifo" && routing == "spray") continue;
    SCOPED_TRACE(model);
    SimulationInput input{.topology = topology,
                          .program = program,
                          .routing = Registry<RoutingPolicy>::get(routing, "routing"),
                          .switching = switching,
                          .endpoints = endpoints};
    const auto& network = Registry<NetworkModel>::get(model, "network model");
    const SimulationOutcome lockstep = network.simulate(input);
    if (lockstep.method != Method::kLockstep) continue;
    ++in_lock_step[model];
    input.method = Method::kEvents;
    // Fluid rates of split messages are rounded at every end of a flow, those of a pass are not.
    if (routing != "spray") expect_same(lockstep, network.simulate(input));
    input.method = Method::kDirect;
    const SimulationOutcome direct = network.simulate(input);
    if (direct.method == Method::kDirect) expect_same(lockstep, direct);
    input.method = Method::kLockstep;
    input.watch = Watch::kNothing;
    const SimulationOutcome unwatched = network.simulate(input);
    EXPECT_EQ(unwatched.time, lockstep.time);
    EXPECT_EQ(unwatched.sent, 0_B);
  }
}

LinkSpec random_link(Random& random) {
  // A few speeds and latencies, so that some are equal; some latencies are small beside a message.
  static constexpr std::array kSpeeds{1_GBps, 10_GBps, 12_GBps, 50_GBps, 400_GBps};
  static constexpr std::array kLatencies{0_psec, 1_psec, 300_nsec, 1_usec, 7_usec};
  return {.bandwidth = kSpeeds[random.below(kSpeeds.size())],
          .latency = kLatencies[random.below(kLatencies.size())]};
}

// Every direction of every cable has a speed and a latency of its own, or all have one.
Topology random_star(Random& random, Rank ranks) {
  TopologyBuilder builder;
  for (Rank r = 0; r < ranks; ++r) builder.add_device(DeviceKind::kGpu, fmt::format("g{}", r));
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  const bool alike = random.below(3) == 0;
  const LinkSpec common = random_link(random);
  for (DeviceId r = 0; r < static_cast<DeviceId>(ranks); ++r) {
    builder.add_link(r, hub, alike ? common : random_link(random));
    builder.add_link(hub, r, alike ? common : random_link(random));
  }
  return std::move(builder).seal();
}

// From nothing over less than a byte for each to much more.
Bytes random_size(Random& random) {
  const std::uint64_t most = std::uint64_t{1} << random.below(26);
  return Bytes{static_cast<std::int64_t>(random.below(most + 1))};
}

std::vector<Rank> random_order(Random& random, Rank ranks) {
  std::vector<Rank> order(index(ranks));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

std::unique_ptr<Program> random_rings(Random& random, Rank ranks, std::uint64_t most_rings) {
  constexpr std::array kPhases{RingPhases::kReduceScatter, RingPhases::kAllGather,
                               RingPhases::kBoth};
  std::vector<std::vector<Rank>> orders(1 + random.below(most_rings));
  for (auto& order : orders) order = random_order(random, ranks);
  return std::make_unique<RingProgram>(kPhases[random.below(kPhases.size())], random_size(random),
                                       1_B, orders);
}

TEST(Lockstep, GivesTheSameForRingsInAnyOrderOnAnyStar) {
  Counts counts;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto ranks = static_cast<Rank>(2 + random.below(15));
    const Topology topology = random_star(random, ranks);
    compare(topology, *random_rings(random, ranks, 3), counts);
  }
  EXPECT_EQ(counts["alpha_beta"], 400);
  EXPECT_GT(counts["link_fifo"], 100);
  EXPECT_GT(counts["fair_share"], 100);
}

TEST(Lockstep, GivesTheSameOnRandomGraphs) {
  Counts counts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Topology topology = clusters::random_graph(seed);
    const Rank ranks = topology.rank_count();
    compare(topology, *random_rings(random, ranks, 2), counts);
  }
  EXPECT_EQ(counts["alpha_beta"], 200);
  EXPECT_GT(counts["link_fifo"], 10);
  EXPECT_GT(counts["fair_share"], 10);
}

// Groups of different sizes, one after another and side by side, in one program.
std::unique_ptr<Program> random_stage(Random& random, Rank ranks, std::uint64_t most_rings) {
  const std::vector<Rank> order = random_order(random, ranks);
  std::vector<ProgramGroup> groups;
  for (std::size_t first = 0; first < order.size();) {
    const std::size_t length = std::min(order.size() - first, 1 + random.below(6));
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<Rank> members(begin, begin + static_cast<std::ptrdiff_t>(length));
    first += length;
    if (random.below(5) == 0) continue;  // these have nothing to do
    groups.push_back({.program = random_rings(random, static_cast<Rank>(length), most_rings),
                      .members = std::move(members),
                      .offset = 0_B});
  }
  return on_groups(ranks, std::move(groups));
}

std::unique_ptr<Program> random_stages(Random& random, Rank ranks, std::uint64_t most_rings) {
  const Bytes size = 1_MiB;
  std::vector<PipelineStage> stages(1 + random.below(4));
  for (PipelineStage& stage : stages) stage.last = random_stage(random, ranks, most_rings);
  return pipelined(Pieces(size, size), std::move(stages));
}

TEST(Lockstep, GivesTheSameForStagesOfGroups) {
  Counts counts;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto ranks = static_cast<Rank>(2 + random.below(15));
    const Topology topology = random_star(random, ranks);
    std::vector<ParallelPart> parts;
    const std::uint64_t most_rings = 1 + random.below(2);
    for (std::uint64_t i = 1 + random.below(2); i > 0; --i) {
      parts.push_back({.program = random_stages(random, ranks, most_rings), .offset = 0_B});
    }
    compare(topology, *in_parallel(std::move(parts)), counts);
  }
  EXPECT_GT(counts["alpha_beta"], 380);  // in the others nobody has anything to do
  EXPECT_GT(counts["link_fifo"], 20);
  EXPECT_GT(counts["fair_share"], 20);
}

struct System {
  Topology topology;
  std::string_view routing = "shortest";
};

std::vector<System> systems() {
  const auto servers = [](const char* count, const char* fabric, const char* preset = "dgx_h100") {
    return topology_of("server_cluster",
                       config::map({{"servers", count}, {"preset", preset}, {"fabric", fabric}}));
  };
  const ConfigNode cable = config::map({{"bandwidth", "50 GB/s"}, {"latency", "1 us"}});
  std::vector<System> all;
  all.push_back({servers("3", "single_switch")});
  all.push_back({servers("4", "rail_optimised")});
  all.push_back({servers("4", "rail_optimised"), "spray"});
  // Several NICs a GPU, which pairs give to their lanes in turn.
  all.push_back({servers("2", "rail_optimised", "aws_p5")});
  all.push_back({topology_of("server_cluster", config::map({{"servers", "4"},
                                                            {"preset", "dgx_h100"},
                                                            {"fabric", "leaf_spine"},
                                                            {"servers_per_leaf", "2"},
                                                            {"spines", "3"}})),
                 "spray"});
  all.push_back(
      {topology_of("torus", config::map({{"sides", config::list({"4", "3"})}, {"link", cable}}))});
  all.push_back({topology_of(
      "torus", config::map({{"sides", config::list({"2", "3", "4"})}, {"link", cable}}))});
  all.push_back({topology_of("ring", config::map({{"ranks", "9"}, {"link", cable}}))});
  return all;
}

TEST(Lockstep, GivesTheSameForEveryAlgorithmThatIsToldInRuns) {
  using enum CollectiveKind;
  std::map<std::string, Counts> counts;
  for (const System& system : systems()) {
    const Cluster cluster = make_cluster(Topology(system.topology));
    for (const Algorithm* each : Registry<Algorithm>::entries()) {
      const Algorithm& algorithm = *each;
      for (const Bytes size : {3_MiB, 1'000'003_B, 5_B}) {
        for (const int channels : {1, 2}) {
          CollectiveCall call{.kind = calls::kind_of(algorithm), .size = size};
          call.layout = cluster.layout;
          if (calls::takes(algorithm, "channels")) call.channels = channels;
          const auto program = calls::made(algorithm, call);
          if (program == nullptr) continue;
          SCOPED_TRACE(
              fmt::format("{} of {}, {} channels", algorithm.name, size.count(), channels));
          compare(cluster.topology, *program, counts[std::string(algorithm.name)], system.routing,
                  cluster.endpoints);
        }
      }
    }
  }
  for (const char* name :
       {"all_reduce/ring", "reduce_scatter/ring", "all_gather/ring", "all_reduce/hierarchical",
        "all_reduce/torus", "reduce_scatter/torus", "all_gather/torus"}) {
    for (const char* model : {"alpha_beta", "link_fifo", "fair_share"}) {
      EXPECT_GT(counts[name][model], 0) << name << ", " << model;
    }
  }
}

}  // namespace
}  // namespace commsim::lockstep_test
