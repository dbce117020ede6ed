// The same run in other ways.
#include "sim/workload/sensitivity.hpp"

#include <gmock/gmock.h>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/workload/rank_order.hpp"

namespace commsim::sensitivity_test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

ScenarioSet read(const std::string& placement, const std::string& algorithm) {
  return read_scenarios(read_yaml_text(
      "version: 1\ntopology: {kind: server_cluster, servers: 3, preset: dgx_a100}\n"
      "placement: " +
          placement + "\ncollective: {kind: all_reduce, size: 1 MiB, algorithm: " + algorithm +
          "}\n",
      "test.yaml"));
}

TEST(RankOrder, RoundRobinNeedsServers) {
  TopologyBuilder builder;
  builder.add_cable(builder.add_device(DeviceKind::kGpu, "a"),
                    builder.add_device(DeviceKind::kGpu, "b"), {.bandwidth = 1_GBps});
  const Topology topology = std::move(builder).seal();
  EXPECT_THROW(gpus_in_order(topology, "round_robin", 1), RequestError);
  EXPECT_THAT(gpus_in_order(topology, "packed", 1), ElementsAre(0, 1));
}

TEST(Sensitivity, RingsHaveAnotherOrderAndTreesHaveNot) {
  const ScenarioSet ring = read("packed", "ring");
  EXPECT_THAT(other_ring_orders(ring.points.front().run),
              ElementsAre(Field(&Alternative::change, "plain order")));
  const ScenarioSet plain = read("packed", "ring, order: plain");
  const auto back = other_ring_orders(plain.points.front().run);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].change, "topology order");
  EXPECT_EQ(back[0].time, run_collective(ring.points.front().run).time);
  EXPECT_THAT(other_ring_orders(read("packed", "binomial_tree").points.front().run), IsEmpty());
}

TEST(Sensitivity, OtherPlacementsAreThoseThatDifferAndTakeTheirOwnTime) {
  for (const char* here : {"packed", "round_robin", "random"}) {
    const ScenarioSet set = read(here, "binomial_tree");
    const auto others = other_placements(set.points.front().run);
    EXPECT_EQ(others.size(), 2U);
    for (const Alternative& other : others) {
      EXPECT_NE(other.change, here);
      EXPECT_EQ(other.time,
                run_collective(read(other.change, "binomial_tree").points.front().run).time)
          << other.change;
    }
  }
}

// One with the same bandwidths and latencies must take the same time: ranks stay where they are.
TEST(Sensitivity, BetterLinksKeepThePlacement) {
  const ScenarioSet set = read("random", "binomial_tree");
  const Duration time = run_collective(set.points.front().run).time;
  const auto better = better_links(set.points.front().run);
  ASSERT_FALSE(better.empty());
  for (const Alternative& alternative : better) EXPECT_LE(alternative.time, time);
}

}  // namespace
}  // namespace commsim::sensitivity_test
