#include "sim/engine/lockstep_pass.hpp"

#include <gmock/gmock.h>

#include "collectives/algorithm.hpp"
#include "tests/support/simulation.hpp"

namespace commsim::lockstep_pass_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::unique_ptr<Program> ring(Rank ranks, Bytes size, int channels = 1) {
  return find_algorithm(CollectiveKind::kAllReduce, "ring")
      .make({.size = size,
             .layout = RankLayout::flat(ranks),
             .channels = channels,
             .order = "plain"});
}

SimulationOutcome simulate(const Topology& topology, const Program& program, std::string_view model,
                           Watch watch = Watch::kLinks, const RunLimits* limits = nullptr) {
  return Registry<NetworkModel>::get(model, "network model")
      .simulate({.topology = topology,
                 .program = program,
                 .routing = Registry<RoutingPolicy>::get("shortest", "routing"),
                 .watch = watch,
                 .limits = limits});
}

TEST(LockstepPass, RefusesMoreMessagesThanItsLimit) {
  const RunLimits limits{.messages = 100};
  const auto program = ring(8, 8_MiB);
  EXPECT_THAT([&] { simulate(star(8), *program, "alpha_beta", Watch::kLinks, &limits); },
              ThrowsMessage<LimitReached>(HasSubstr("more than 100 messages")));
}

TEST(LockstepPass, RefusesMoreTimeThanItsLimit) {
  const RunLimits limits{.time = 10_usec};
  const auto program = ring(8, 8_MiB);
  EXPECT_THAT([&] { simulate(star(8), *program, "alpha_beta", Watch::kLinks, &limits); },
              ThrowsMessage<LimitReached>(HasSubstr("goes past 10 us")));
}

TEST(LockstepPass, StopsWhenItIsTold) {
  const std::atomic<bool> stop{true};
  const RunLimits limits{.stop = &stop};
  const auto program = ring(512, 8_MiB);
  EXPECT_THROW(simulate(star(512), *program, "fair_share", Watch::kLinks, &limits), Interrupted);
}

TEST(LockstepPass, RefusesToRunPastTheEndOfTheClock) {
  const Topology slow = topology_of("switch", small_section(4, "1 b/s"));
  const auto program = ring(4, Bytes{std::int64_t{1} << 22U});
  EXPECT_THROW(simulate(slow, *program, "alpha_beta"), RequestError);
}

TEST(LockstepPass, RunsRingsOfEveryModel) {
  const auto program = ring(8, 8_MiB);
  for (const char* model : {"alpha_beta", "link_fifo", "fair_share"}) {
    const SimulationOutcome outcome = simulate(star(8), *program, model);
    EXPECT_EQ(outcome.method, Method::kLockstep) << model;
    EXPECT_EQ(outcome.time, 14 * message_time(1_MiB, 50_GBps, 2_usec)) << model;
  }
}

TEST(LockstepPass, LeavesLinksThatRingsShareToTheEngine) {
  const auto program = ring(8, 8_MiB, 2);
  EXPECT_EQ(simulate(star(8), *program, "alpha_beta").method, Method::kLockstep);
  EXPECT_EQ(simulate(star(8), *program, "fair_share").method, Method::kEvents);
  EXPECT_NE(simulate(star(8), *program, "link_fifo").method, Method::kLockstep);
}

TEST(LockstepPass, LeavesOtherSchedulesToOtherPasses) {
  const auto whole = [](std::optional<Bytes> chunk) {
    return find_algorithm(CollectiveKind::kAllReduce, "hierarchical")
        .make({.size = 1_MiB, .layout = RankLayout::uniform(2, 4), .chunk = chunk});
  };
  EXPECT_EQ(simulate(star(8), *whole(std::nullopt), "alpha_beta").method, Method::kLockstep);
  EXPECT_EQ(simulate(star(8), *whole(512_KiB), "alpha_beta").method, Method::kDirect);
}

TEST(LockstepPass, ShowsEveryMessageToWhoeverWantsATimeline) {
  const auto program = ring(4, 1_MiB);
  const SimulationOutcome outcome = simulate(star(4), *program, "alpha_beta", Watch::kTimeline);
  EXPECT_EQ(outcome.method, Method::kEvents);
  EXPECT_EQ(outcome.timeline.size(), 24U);
}

// A message that leaves its sender over a fast link and waits before a slow one for the message
// ahead, while its sender goes on with what it hears over fast links.
TEST(LockstepPass, QueuesMessagesBeforeASlowLink) {
  TopologyBuilder builder;
  for (int r = 0; r < 4; ++r) builder.add_device(DeviceKind::kGpu, "g" + std::to_string(r));
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (DeviceId r = 0; r < 4; ++r) {
    builder.add_link(r, hub, {.bandwidth = 100_GBps, .latency = 1_usec});
    builder.add_link(hub, r, {.bandwidth = r == 2 ? 1_GBps : 100_GBps, .latency = 1_usec});
  }
  const Topology topology = std::move(builder).seal();
  const auto program = ring(4, 4_MiB);
  const SimulationOutcome outcome = simulate(topology, *program, "link_fifo");
  EXPECT_EQ(outcome.method, Method::kLockstep);
  // All six messages one after another over the slow link, and what the last one sets off.
  const Duration slow = 1_MiB / 1_GBps;
  EXPECT_EQ(outcome.time, 6 * slow + 2_usec);
  EXPECT_LT(outcome.critical_path.transfer + outcome.critical_path.latency, outcome.time);
}

TEST(RowTotals, AreTheSumsOfWhatEachPlaceSends) {
  const std::vector<Rank> order{4, 2, 0, 1, 3};
  const std::vector<Bytes> chunks{7_B, 0_B, 3_B, 0_B, 11_B};
  for (int steps = 1; steps < 14; ++steps) {
    for (int first = 0; first < 5; ++first) {
      const RingRun run{.steps = steps, .order = order, .chunks = chunks, .first = first};
      RowTotals totals;
      totals.add_up(run);
      EXPECT_TRUE(totals.has_empty());
      for (std::size_t place = 0; place < order.size(); ++place) {
        Bytes bytes{0};
        std::int64_t empty = 0;
        for (int step = 0; step < steps; ++step) {
          const Bytes chunk = chunks[run.chunk_of(place, step)];
          bytes += chunk;
          empty += chunk == 0_B ? 1 : 0;
        }
        const RowTotals::Total total = totals.of(run, place);
        EXPECT_EQ(total.bytes, bytes);
        EXPECT_EQ(total.empty, empty);
      }
    }
  }
}

}  // namespace
}  // namespace commsim::lockstep_pass_test
