// Repetitions of a step on clusters some of whose links are slow.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "sim/workload/step/slow_cables.hpp"
#include "tests/support/four_gpus.hpp"

namespace commsim::slow_links_test {
namespace {

using support::expect_refused;
using support::read;
using support::result_of;

TEST(SlowLinks, RefusesWhatCannotBe) {
  expect_refused("gpu: h100", "'factor' is missing", {"training.jitter.slow_links={share: 0.1}"});
  expect_refused("gpu: h100", "from 0 to 1", {"training.jitter.slow_links={share: 2, factor: 2}"});
  expect_refused("gpu: h100", "1 to 1000",
                 {"training.jitter.slow_links={share: 0.1, factor: 0.5}"});
  expect_refused("gpu: h100", "no link is of the medium 'ib' (legal: ",
                 {"training.jitter.slow_links={share: 0.1, factor: 2, medium: ib}"});
  expect_refused("gpu: h100", "slow links are for gradients that are summed in every step",
                 {"training.jitter.slow_links={share: 0.1, factor: 2}",
                  "training.updates={kind: local, steps: 2}"});
}

TEST(SlowLinks, AllOfThemAreASlowerNetwork) {
  const TrainingResult slow =
      result_of("gpu: h100", {"training.jitter.slow_links={share: 1, factor: 2}"});
  EXPECT_EQ(slow.time, result_of("gpu: h100", {"topology.link.bandwidth=5 GB/s"}).time);
  EXPECT_EQ(slow.fast, slow.slow);
  const TrainingResult none =
      result_of("gpu: h100", {"training.jitter.slow_links={share: 0, factor: 2}"});
  EXPECT_EQ(none.time, result_of("gpu: h100").time);
}

TEST(SlowLinks, AreDrawnAnewForEachRepetition) {
  const TrainingSet set =
      read("gpu: h100", {"training.jitter={repetitions: 40, slow_links: {share: 0.1, factor: 3}}"});
  const TrainingResult result = result_of(set);
  const Duration quiet = result_of("gpu: h100").time;
  EXPECT_EQ(result.fast, quiet);
  EXPECT_GT(result.slow, quiet);
  EXPECT_LE(result.slow, result_of("gpu: h100", {"topology.link.bandwidth=3333333333 B/s"}).time);
  const TrainingResult again = run_training(set.points.at(0).job, *set.prices, nullptr, 3);
  EXPECT_EQ(result.time, again.time);
  EXPECT_EQ(result.slow, again.slow);
}

TEST(SlowLinks, BeginWithNothingOnceSomebodyAskedToStop) {
  const TrainingSet set =
      read("gpu: h100", {"training.jitter={repetitions: 40, slow_links: {share: 0.5, factor: 3}}"});
  TrainingJob job = set.points.at(0).job;
  const std::atomic<bool> stop = true;
  const RunLimits limits{.stop = &stop};
  job.network.limits = &limits;
  EXPECT_THROW(run_training(job, *set.prices), Interrupted);
}

// Both ends of a cable are slow together, and what is inside of a server is not.
TEST(SlowLinks, AreCablesOutsideOfServers) {
  const TrainingSet set =
      read("gpu: h100",
           {"topology={kind: server_cluster, servers: 4, preset: dgx_a100, fabric: rail_optimised}",
            "training.global_batch=64"});
  const Cluster& cluster = *set.points.at(0).job.network.cluster;
  Jitter jitter{.links = {.share = 0.5, .factor = 2}};
  const SlowCables cables(cluster, jitter);
  const std::vector<LinkId> slow = cables.of(3);
  ASSERT_FALSE(slow.empty());
  for (const LinkId id : slow) {
    const Link& link = cluster.topology.link(id);
    EXPECT_NE(cluster.topology.media()[link.medium], "nvlink");
    EXPECT_TRUE(std::ranges::any_of(slow, [&](LinkId other) {
      const Link& back = cluster.topology.link(other);
      return back.from == link.to && back.to == link.from;
    }));
  }
  const Cluster changed = cables.cluster(slow);
  for (LinkId id = 0; id < cluster.topology.links().size(); ++id) {
    const auto before = cluster.topology.link(id).bandwidth.bits_per_second();
    const auto after = changed.topology.link(id).bandwidth.bits_per_second();
    EXPECT_EQ(after, std::ranges::binary_search(slow, id) ? before / 2 : before);
  }
  EXPECT_NE(slow, cables.of(4));
  jitter.links.medium = "nvlink";
  for (const LinkId id : SlowCables(cluster, jitter).of(0)) {
    EXPECT_EQ(cluster.topology.media()[cluster.topology.link(id).medium], "nvlink");
  }
}

TEST(SlowLinks, AreNoFasterWhenOneRankStandsForMany) {
  const TrainingSet set =
      read("gpu: h100",
           {"topology={kind: server_cluster, servers: 4, preset: dgx_a100, fabric: rail_optimised}",
            "training.global_batch=64",
            "training.jitter={repetitions: 6, slow_links: {share: 0.1, factor: 4}}"});
  TrainingJob job = set.points.at(0).job;
  const TrainingResult folded = run_training(job, *set.prices);
  job.network.fold = false;
  GroupPrices prices;
  const TrainingResult unfolded = run_training(job, prices);
  EXPECT_EQ(folded.time, unfolded.time);
  EXPECT_EQ(folded.slow, unfolded.slow);
}

}  // namespace
}  // namespace commsim::slow_links_test
