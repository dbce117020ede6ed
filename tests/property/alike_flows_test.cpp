// Is a simulation in which one flow stands for all that cannot be told from it the same as one of
// every flow, to the picosecond and the byte?
#include <gtest/gtest.h>

#include "core/index.hpp"
#include "core/random.hpp"
#include "sim/engine/engine.hpp"
#include "sim/network/fair_flows.hpp"
#include "tests/support/clusters.hpp"
#include "tests/support/leaf_spine.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::alike_flows_test {
namespace {

// In each step everybody sends to those so many ranks further on. Some ranks compute before that,
// so that messages set off while others are under way.
class Shifts final : public Program {
 public:
  Shifts(Random& random, Rank ranks) : ranks_(ranks) {
    for (auto steps = 1 + random.below(4); steps > 0; --steps) {
      Phase& phase = phases_.emplace_back();
      const std::uint64_t dense = 1 + random.below(4);
      for (Rank by = 1; by < ranks; ++by) {
        if (by == 1 || random.below(dense) == 0) phase.by.push_back(by);
      }
      phase.size = Bytes{static_cast<std::int64_t>(1 + random.below(1U << 20U))};
      phase.late_every = static_cast<Rank>(random.below(4));
      phase.late = Duration{static_cast<std::int64_t>(random.below(20'000'000))};
      phase.uneven = random.below(3) == 0;
    }
  }

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return static_cast<int>(phases_.size());
  }
  void step(Rank r, int /*lane*/, int step, Step& out) const override {
    const Phase& phase = phases_[index(step)];
    if (phase.late_every > 0 && r % phase.late_every == 0) out.compute(phase.late);
    for (const Rank by : phase.by) {
      const Rank to = (r + by) % ranks_;
      const Rank from = (r - by + ranks_) % ranks_;
      out.send(to, {.length = phase.size * (phase.uneven && to % 2 == 0 ? 2 : 1)});
      out.receive(from, {.length = phase.size * (phase.uneven && r % 2 == 0 ? 2 : 1)},
                  Combine::kCopy);
    }
  }

 private:
  struct Phase {
    std::vector<Rank> by;
    Bytes size;
    Rank late_every = 0;
    Duration late{0};
    bool uneven = false;
  };
  Rank ranks_;
  std::vector<Phase> phases_;
};

SimulationOutcome with(const SimulationInput& input, FlowQuotient::Worth worth) {
  return Engine<FairFlows, LinkTotals>(input, FairFlows(input.topology, worth), {}).run();
}

constexpr FlowQuotient::Worth kAlways{.flows = 1, .in_class = 1};
constexpr FlowQuotient::Worth kNever{.flows = SIZE_MAX};

void compare(const Topology& topology, const Program& program, std::string_view routing) {
  SCOPED_TRACE(routing);
  const SimulationInput input{.topology = topology,
                              .program = program,
                              .routing = Registry<RoutingPolicy>::get(routing, "routing")};
  const SimulationOutcome alike = with(input, kAlways);
  const SimulationOutcome each = with(input, kNever);
  EXPECT_EQ(alike.time, each.time);
  EXPECT_EQ(alike.critical_path, each.critical_path);
  EXPECT_EQ(alike.messages, each.messages);
  EXPECT_EQ(alike.events, each.events);
  EXPECT_EQ(alike.links.bytes, each.links.bytes);
  EXPECT_EQ(alike.links.rounding, each.links.rounding);
}

TEST(AlikeFlows, TakeTheSameTimeOnLeavesAndSpines) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const int leaves = 1 + static_cast<int>(random.below(4));
    const int each = 1 + static_cast<int>(random.below(6));
    const Topology topology =
        leaf_spine(leaves, leaves == 1 ? each + 1 : each, 1 + static_cast<int>(random.below(4)));
    const Shifts program(random, topology.rank_count());
    for (const char* routing : {"shortest", "spray", "ecmp", "adaptive"}) {
      compare(topology, program, routing);
    }
  }
}

TEST(AlikeFlows, TakeTheSameTimeOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Topology topology = clusters::random_graph(seed);
    const Shifts program(random, topology.rank_count());
    for (const char* routing : {"shortest", "spray"}) compare(topology, program, routing);
  }
}

TEST(AlikeFlows, TakeTheSameTimeInServers) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Topology topology = topology_of(
        "server_cluster",
        config::map({{"servers", "3"}, {"preset", "dgx_h100"}, {"fabric", "rail_optimised"}}));
    compare(topology, Shifts(random, topology.rank_count()), "shortest");
  }
}

// A quotient of all pairs on equal leaves has two classes: within a leaf, and between.
TEST(AlikeFlows, AreFoundWithoutBeingToldOfASymmetry) {
  const Topology topology = leaf_spine(4, 8, 4);
  const auto& policy = Registry<RoutingPolicy>::get("shortest", "routing");
  RouteTable routes(topology, topology.ranks(), policy, {});
  MessagePool messages;
  std::vector<MessageId> flows;
  for (Rank from = 0; from < 32; ++from) {
    for (Rank to = 0; to < 32; ++to) {
      if (from == to) continue;
      flows.push_back(messages.allocate());
      messages[flows.back()].route = routes.find(from, to, 0);
      messages[flows.back()].size = 1_MiB;
    }
  }
  FlowQuotient quotient(topology, {});
  ASSERT_TRUE(quotient.divide(routes, messages, flows));
  ASSERT_EQ(quotient.classes(), 2U);
  EXPECT_EQ(quotient.flows(0).size(), 32U * 7);
  EXPECT_EQ(quotient.flows(1).size(), 32U * 24);
  EXPECT_EQ(quotient.solve().size(), 2U);
  // Of 31 flows that leave a rank 24 go on to a spine, six on each of four links that 48 share.
  EXPECT_EQ(quotient.rate(1), FairRate::of((50_GBps).bits_per_second(), 48, 1));
  EXPECT_DOUBLE_EQ(quotient.rate(0).bytes_per_ps, 0.05 * (1 - 24.0 / 48) / 7);
}

TEST(AlikeFlows, AreNotLookedForWhereAllDiffer) {
  const Topology topology = leaf_spine(4, 8, 4);
  const auto& policy = Registry<RoutingPolicy>::get("shortest", "routing");
  RouteTable routes(topology, topology.ranks(), policy, {});
  MessagePool messages;
  std::vector<MessageId> flows;
  for (Rank from = 0; from < 32; ++from) {
    for (Rank to = 0; to < 32; ++to) {
      if (from == to) continue;
      flows.push_back(messages.allocate());
      messages[flows.back()].route = routes.find(from, to, 0);
      messages[flows.back()].size = Bytes{1000 + flows.back()};
    }
  }
  FlowQuotient quotient(topology, {});
  EXPECT_FALSE(quotient.divide(routes, messages, flows));
  EXPECT_FALSE(quotient.active());
}

}  // namespace
}  // namespace commsim::alike_flows_test
