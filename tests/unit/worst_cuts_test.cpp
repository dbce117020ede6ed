// Maximum flows and the cuts that limit collectives, against all cuts of small graphs.
#include "topology/analysis/worst_cuts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"
#include "topology/analysis/max_flow.hpp"

namespace commsim::worst_cuts_test {
namespace {

TEST(MaxFlow, IsLimitedByTheLeastCut) {
  // 0 -> 1 -> 3 carries 2, 0 -> 2 -> 3 carries 5.
  const std::vector<FlowEdge> edges{{0, 1, 9}, {1, 3, 2}, {0, 2, 5}, {2, 3, 7}};
  const MaxFlow flow = max_flow(4, edges, 0, 3);
  EXPECT_EQ(flow.value, 7);
  EXPECT_EQ(flow.source_side, (std::vector<bool>{true, true, false, false}));
}

TEST(MaxFlow, AddsParallelEdgesAndIgnoresLoops) {
  const std::vector<FlowEdge> edges{{0, 1, 2}, {0, 1, 3}, {0, 0, 100}, {1, 0, 50}};
  EXPECT_EQ(max_flow(2, edges, 0, 1).value, 5);
}

TEST(WorstCuts, OfOneRankThereAreNone) {
  TopologyBuilder builder;
  builder.add_device(DeviceKind::kGpu, "a");
  EXPECT_TRUE(worst_cuts(std::move(builder).seal()).empty());
}

// A connected graph of ranks and switches whose links have random speeds, each way its own.
Topology random_graph(std::uint64_t seed) {
  Random random(seed);
  const auto devices = static_cast<DeviceId>(4 + random.below(5));
  TopologyBuilder builder;
  for (DeviceId d = 0; d < devices; ++d) {
    const bool gpu = d < 2 || random.below(3) > 0;
    builder.add_device(gpu ? DeviceKind::kGpu : DeviceKind::kSwitch, "d" + std::to_string(d));
  }
  const auto cable = [&](DeviceId a, DeviceId b) {
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      const auto bits = static_cast<std::int64_t>(1 + random.below(20)) * 1'000'000'000;
      builder.add_link(from, to, {.bandwidth = Bandwidth::bits_per_second(bits)});
    }
  };
  for (DeviceId d = 1; d < devices; ++d) cable(d, static_cast<DeviceId>(random.below(d)));
  for (int extra = 0; extra < 3; ++extra) {
    const auto a = static_cast<DeviceId>(random.below(devices));
    const auto b = static_cast<DeviceId>(random.below(devices));
    if (a != b) cable(a, b);
  }
  return std::move(builder).seal();
}

struct Sums {
  Int128 in = 0;
  Int128 out = 0;
  std::int64_t ranks = 0;
  bool holds_first = false;
};

Sums sums_of(const Topology& topology, unsigned part) {
  Sums sums;
  for (const Link& link : topology.links()) {
    const bool from = (part >> link.from & 1U) != 0;
    const bool to = (part >> link.to & 1U) != 0;
    if (from != to) (to ? sums.in : sums.out) += link.bandwidth.bits_per_second();
  }
  for (const DeviceId gpu : topology.ranks()) sums.ranks += part >> gpu & 1U;
  sums.holds_first = (part >> topology.ranks()[0] & 1U) != 0;
  return sums;
}

TEST(WorstCuts, HoldTheWorstOfAllCutsOfRandomGraphs) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Topology topology = random_graph(seed);
    const std::int64_t p = topology.rank_count();
    Int128 least_in = INT64_MAX;  // of any part without rank 0
    Int128 rate_in = INT64_MAX;   // into a part, for each rank outside
    Int128 rate_out = INT64_MAX;
    for (unsigned part = 1; part < 1U << topology.devices().size(); ++part) {
      const Sums sums = sums_of(topology, part);
      if (sums.ranks == 0 || sums.ranks == p) continue;
      if (!sums.holds_first) least_in = std::min(least_in, sums.in);
      rate_in = std::min(rate_in, sums.in / (p - sums.ranks));
      rate_out = std::min(rate_out, sums.out / (p - sums.ranks));
    }
    Int128 found_in = INT64_MAX;
    Int128 found_rate_in = INT64_MAX;
    Int128 found_rate_out = INT64_MAX;
    for (const RankCut& cut : worst_cuts(topology)) {
      const auto outside = p - static_cast<std::int64_t>(cut.ranks.size());
      const bool holds_first = cut.ranks.front() == 0;
      // The least bandwidth into the rest is what leaves this part.
      found_in = std::min(found_in, holds_first ? cut.bits_out : cut.bits_in);
      found_rate_in = std::min(found_rate_in, cut.bits_in / outside);
      found_rate_out = std::min(found_rate_out, cut.bits_out / outside);
    }
    EXPECT_EQ(static_cast<std::int64_t>(found_in), static_cast<std::int64_t>(least_in)) << seed;
    EXPECT_EQ(static_cast<std::int64_t>(found_rate_in), static_cast<std::int64_t>(rate_in)) << seed;
    EXPECT_EQ(static_cast<std::int64_t>(found_rate_out), static_cast<std::int64_t>(rate_out))
        << seed;
  }
}

}  // namespace
}  // namespace commsim::worst_cuts_test
