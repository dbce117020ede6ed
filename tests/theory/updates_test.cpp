// Parameter servers and local steps against closed forms and the laws that hold between them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/workload/updates/local_run.hpp"
#include "tests/support/servers.hpp"

namespace commsim::updates_theory_test {
namespace {

using support::star;
using support::StarOfServers;
using support::uneven;

constexpr std::int64_t kAsynchronous = INT64_MAX;

auto always(Duration time) {
  return [=](std::int64_t, std::int64_t) { return time; };
}

ServerConditions conditions(std::int64_t most_ahead, std::int64_t iterations,
                            std::function<Duration(std::int64_t, std::int64_t)> compute) {
  return {.most_ahead = most_ahead,
          .one_update = most_ahead == 0,
          .iterations = iterations,
          .compute = std::move(compute)};
}

// compute + push + apply + pull, each rounded up once.
TEST(Updates, AnIterationOfOneWorkerIsItsClosedForm) {
  for (const std::int64_t most_ahead : {std::int64_t{0}, std::int64_t{2}, kAsynchronous}) {
    for (const bool queues : {true, false}) {
      const StarOfServers one{.push = 1'000'003_B,
                              .pull = 500'001_B,
                              .worker = 7_GBps,
                              .server = 9_GBps,
                              .apply = 11_usec,
                              .queues = queues};
      const UpdateResult result =
          run_servers(star(one), conditions(most_ahead, 13, always(100_usec)));
      const Duration sending = message_time(one.push, one.worker, 2 * one.latency) + one.apply +
                               message_time(one.pull, one.worker, 2 * one.latency);
      EXPECT_EQ(result.elapsed, 13 * (100_usec + sending));
      EXPECT_EQ(result.iteration(), 100_usec + sending);
      EXPECT_EQ(result.spent.computing, 100_usec);
      EXPECT_EQ(result.spent.sending, sending);
      EXPECT_EQ(result.spent.waiting, Duration{0});
      EXPECT_EQ(result.staleness.most(), 0);
      EXPECT_EQ(result.staleness.pushes(), 13);
    }
  }
}

// All pushes queue before the one server, w S / B. The pulls queue as well, but the worker whose
// pull is first goes on at once, and pushes again before the next one does.
TEST(Updates, SynchronousWorkersQueueAtTheServer) {
  const StarOfServers eight{.workers = 8, .push = 8_MiB, .pull = 4_MiB};
  const UpdateResult result = run_servers(star(eight), conditions(0, 5, always(3_usec)));
  const Duration push = eight.push / eight.server;
  const Duration pull = eight.pull / eight.server;
  EXPECT_EQ(result.elapsed, 5 * (3_usec + 8 * push + 4 * eight.latency) + 4 * pull + 8 * pull);
  EXPECT_EQ(result.iterations, 40);
}

// Workers whose pushes come by turns, each to another server, never meet.
TEST(Updates, AsManyServersAsWorkersHaveNoQueues) {
  const StarOfServers square{.workers = 4, .servers = 4, .apply = 1_usec};
  const UpdateResult result = run_servers(star(square), conditions(0, 3, always(50_usec)));
  const Duration step =
      50_usec + 2 * 4 * (square.push / square.server) + 4 * square.latency + square.apply;
  EXPECT_EQ(result.elapsed, 3 * step);
}

// Without computing the link of the server is never idle but for the first push on its way, and
// for the last pull's.
TEST(Updates, AnAsynchronousServerIsBusyAllTheTime) {
  const StarOfServers eight{.workers = 8, .push = 8_MiB, .pull = 4_MiB};
  const UpdateResult result =
      run_servers(star(eight), conditions(kAsynchronous, 50, always(Duration{0})));
  EXPECT_GT(result.busiest_server, 0.99);
  const Duration pushes = 8 * 50 * (eight.push / eight.server);
  EXPECT_GE(result.elapsed, pushes);
  EXPECT_LE(result.elapsed, pushes + eight.pull / eight.server + 4 * eight.latency);
}

// Where links are not shared this is a theorem; whoever waits less starts no later.
TEST(Updates, WithoutQueuesNoBoundIsSlowerThanATighterOne) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const StarOfServers some{.workers = 1 + static_cast<std::int64_t>(random.below(9)),
                             .servers = 1 + random.below(4),
                             .push = Bytes{1 + static_cast<std::int64_t>(random.below(4 << 20))},
                             .queues = false};
    const auto compute = uneven(100_usec, 0.5, random.below(2) == 0, seed);
    Duration before = Duration::max();
    for (const std::int64_t most_ahead :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{5}, kAsynchronous}) {
      const Duration elapsed = run_servers(star(some), conditions(most_ahead, 20, compute)).elapsed;
      EXPECT_LE(elapsed, before) << "seed " << seed << " ahead " << most_ahead;
      before = elapsed;
    }
  }
}

// With queues it is no theorem, since a message that comes earlier may hold up another one; over
// this many iterations it holds on every seed.
TEST(Updates, WithQueuesAsynchronousIsNeverSlowerThanSynchronous) {
  double tight_gain = 0;
  double loose_gain = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    const StarOfServers some{
        .workers = 1 + static_cast<std::int64_t>(random.below(9)),
        .servers = 1 + random.below(4),
        .push = Bytes{1 + static_cast<std::int64_t>(random.below(4 << 20))},
        .pull = Bytes{1 + static_cast<std::int64_t>(random.below(4 << 20))},
        .worker = 1_GBps * (1 + static_cast<std::int64_t>(random.below(50))),
        .apply = Duration{static_cast<std::int64_t>(random.below(30'000'000))}};
    const double spread = random.below(3) == 0 ? 0 : random.unit();
    const auto compute = uneven(500_usec, spread, random.below(2) == 0, seed);
    const auto elapsed = [&](std::int64_t most_ahead) {
      return run_servers(star(some), conditions(most_ahead, 30, compute)).elapsed;
    };
    const Duration synchronous = elapsed(0);
    const Duration tight = elapsed(1);
    const Duration loose = elapsed(4);
    const Duration asynchronous = elapsed(kAsynchronous);
    EXPECT_LE(asynchronous, synchronous) << seed;
    tight_gain += std::log(seconds(synchronous) / seconds(tight));
    loose_gain += std::log(seconds(tight) / seconds(loose));
  }
  EXPECT_GT(tight_gain, 0);
  EXPECT_GT(loose_gain, 0);
}

// A worker that is k iterations along pulls what all have done up to k - s, and pushes when none
// has done more than k + s + 1: of each other one 2 s + 1 updates at most.
TEST(Updates, StalenessIsWithinWhatTheBoundAllows) {
  for (const std::int64_t bound : {0, 1, 3, 8}) {
    const StarOfServers six{.workers = 6, .servers = 2, .push = 4_MiB};
    ServerConditions stale = conditions(bound, 60, uneven(400_usec, 0.9, true, 7));
    stale.one_update = false;
    const UpdateResult result = run_servers(star(six), stale);
    EXPECT_LE(result.ahead, bound);
    EXPECT_LE(result.staleness.most(), 5 * (2 * bound + 1));
    std::int64_t pushes = 0;
    for (const auto& [updates, count] : result.staleness.counts()) pushes += count;
    EXPECT_EQ(pushes, result.staleness.pushes());
    EXPECT_GE(pushes, result.iterations);
  }
}

// Nobody waits, and all are alike: between a pull and the push each other worker pushes once.
TEST(Updates, EqualAsynchronousWorkersAreAsStaleAsTheyAreMany) {
  const StarOfServers five{.workers = 5, .push = 64_KiB, .pull = 64_KiB};
  const UpdateResult result =
      run_servers(star(five), conditions(kAsynchronous, 40, always(1000_usec)));
  EXPECT_EQ(result.staleness.percentile(50), 4);
  EXPECT_EQ(result.staleness.most(), 4);
  EXPECT_NEAR(result.staleness.mean(), 4, 0.1);
}

// w workers that draw from [1 - x, 1 + x]: the largest of w is 1 + x (w - 1) / (w + 1) on average.
TEST(Updates, SynchronousWorkersWaitForTheSlowest) {
  const StarOfServers nine{.workers = 9, .push = 1_B, .pull = 1_B};
  const UpdateResult result =
      run_servers(star(nine), conditions(0, 2000, uneven(1000_usec, 0.5, false, 3)));
  EXPECT_NEAR(seconds(result.elapsed) / 2000, 1.4e-3 + 4e-6, 0.005e-3);
  EXPECT_NEAR(seconds(result.spent.waiting), 0.4e-3, 0.01e-3);
}

LocalSteps local(std::int64_t steps, std::function<Duration(std::int64_t, std::int64_t)> compute) {
  return {.workers = 4,
          .local = steps,
          .iterations = 24,
          .average = 30_usec,
          .update = [](std::int64_t /*worker*/) { return 2_usec; },
          .compute = std::move(compute)};
}

TEST(Updates, LocalStepsAreTheirClosedForm) {
  for (const std::int64_t steps : {1, 3, 8, 24}) {
    const UpdateResult result = run_local(local(steps, always(10_usec)));
    EXPECT_EQ(result.elapsed, 24 * 12_usec + 24 / steps * 30_usec);
    EXPECT_EQ(result.iterations, 4 * 24);
    EXPECT_EQ(result.spent.computing, 12_usec);
    EXPECT_EQ(result.spent.waiting, Duration{0});
    EXPECT_EQ(result.iteration(), result.elapsed / 24);
  }
}

TEST(Updates, ARoundOfLocalStepsIsAWholeOne) {
  const UpdateResult result = run_local(local(7, always(10_usec)));
  EXPECT_EQ(result.iterations, 4 * 28);
  EXPECT_EQ(result.elapsed, 28 * 12_usec + 4 * 30_usec);
}

// Meeting at fewer of the same instants is never slower.
TEST(Updates, MoreLocalStepsAreNeverSlower) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Duration before = Duration::max();
    for (const std::int64_t steps : {1, 2, 4, 12, 24}) {
      const Duration elapsed = run_local(local(steps, uneven(10_usec, 0.8, true, seed))).elapsed;
      EXPECT_LT(elapsed, before);
      before = elapsed;
    }
  }
}

}  // namespace
}  // namespace commsim::updates_theory_test
