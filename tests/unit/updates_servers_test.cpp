// Staleness, shards and what workers may do before others.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/workload/updates/server_shard.hpp"
#include "sim/workload/updates/update_choices.hpp"
#include "tests/support/servers.hpp"

namespace commsim::updates_servers_test {
namespace {

TEST(Staleness, OfNoPushesIsNothing) {
  const Staleness none;
  EXPECT_EQ(none.pushes(), 0);
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.most(), 0);
  EXPECT_EQ(none.percentile(50), 0);
}

TEST(Staleness, CountsPushes) {
  Staleness staleness;
  for (const std::int64_t updates : {3, 0, 0, 1, 0, 0, 0, 0, 0, 40}) staleness.add(updates);
  EXPECT_EQ(staleness.pushes(), 10);
  EXPECT_EQ(staleness.counts().at(0), 7);
  EXPECT_DOUBLE_EQ(staleness.mean(), 4.4);
  EXPECT_EQ(staleness.percentile(50), 0);
  EXPECT_EQ(staleness.percentile(80), 1);
  EXPECT_EQ(staleness.percentile(90), 3);
  EXPECT_EQ(staleness.percentile(95), 40);
  EXPECT_EQ(staleness.most(), 40);
}

TEST(ServerShard, KnowsHowFarTheSlowestIs) {
  ServerShard shard(3);
  EXPECT_FALSE(shard.apply(0));
  EXPECT_FALSE(shard.apply(0));
  EXPECT_FALSE(shard.apply(2));
  EXPECT_EQ(shard.ahead(0), 2);
  EXPECT_TRUE(shard.apply(1));
  EXPECT_EQ(shard.ahead(0), 1);
  EXPECT_EQ(shard.ahead(1), 0);
  EXPECT_EQ(shard.applied(), 4);
}

// What workers do is watched from outside: who begins an iteration has seen all others end those
// that the bound asks for.
TEST(ServerRun, NoWorkerRunsAheadOfItsBound) {
  for (const std::int64_t bound : {0, 1, 2, 5}) {
    const support::StarOfServers five{.workers = 5, .servers = 3, .push = 2_MiB};
    std::vector<std::int64_t> begun(5, 0);
    std::int64_t most = 0;
    const auto time = support::uneven(300_usec, 0.9, true, 11);
    const ServerSystem system = support::star(five);
    const UpdateResult result = run_servers(
        system, {.most_ahead = bound,
                 .iterations = 40,
                 .compute = [&](std::int64_t worker, std::int64_t iteration) {
                   begun[static_cast<std::size_t>(worker)] = iteration;
                   // The slowest has pushed so many times at least: iteration - bound. The first
                   // was 0.
                   const std::int64_t slowest = *std::min_element(begun.begin(), begun.end());
                   most = std::max(most, iteration - slowest);
                   return time(worker, iteration);
                 }});
    EXPECT_LE(most, bound + 1);
    EXPECT_EQ(result.ahead, bound);
    EXPECT_GT(result.spent.waiting, Duration{0});
  }
}

TEST(ServerRun, TheFastDoMoreThanTheSlowWhenNobodyWaits) {
  std::vector<std::int64_t> begun(4, 0);
  const ServerSystem system = support::star({.workers = 4, .push = 1_KiB, .pull = 1_KiB});
  const UpdateResult result =
      run_servers(system, {.most_ahead = UpdateChoices::kNoBound,
                           .iterations = 30,
                           .compute = [&](std::int64_t worker, std::int64_t iteration) {
                             begun[static_cast<std::size_t>(worker)] = iteration;
                             return worker == 3 ? 2000_usec : 1000_usec;
                           }});
  EXPECT_EQ(result.iterations, 120);
  EXPECT_NEAR(static_cast<double>(begun[0]) / static_cast<double>(begun[3]), 2, 0.1);
  EXPECT_EQ(result.spent.waiting, Duration{0});
  EXPECT_GT(result.ahead, 10);
}

TEST(ServerRun, IsTheSameEveryTime) {
  const ServerSystem system = support::star({.workers = 6, .servers = 4});
  const auto run = [&] {
    return run_servers(
        system,
        {.most_ahead = 2, .iterations = 25, .compute = support::uneven(200_usec, 0.5, true, 9)});
  };
  const UpdateResult first = run();
  const UpdateResult second = run();
  EXPECT_EQ(first.elapsed, second.elapsed);
  EXPECT_EQ(first.staleness.counts(), second.staleness.counts());
}

}  // namespace
}  // namespace commsim::updates_servers_test
