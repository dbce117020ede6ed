#include "sim/workload/lone_ranks.hpp"

#include <gmock/gmock.h>

#include "tests/support/simulation.hpp"

namespace commsim::lone_ranks_test {
namespace {

// Cables of that many GB/s each, of which every second one is half as fast.
Topology uneven(int ranks) {
  TopologyBuilder builder;
  for (int r = 0; r < ranks; ++r) builder.add_device(DeviceKind::kGpu, std::to_string(r));
  const DeviceId hub = builder.add_device(DeviceKind::kSwitch, "hub");
  for (DeviceId r = 0; r < hub; ++r) {
    builder.add_cable(r, hub, {.bandwidth = r % 2 == 0 ? 50_GBps : 25_GBps, .latency = 1_usec});
  }
  return std::move(builder).seal();
}

TEST(LoneRanks, AreOfOneKindWhereAllAreAlike) {
  const LoneRanks alone(star(5));
  ASSERT_EQ(alone.kinds().size(), 1U);
  EXPECT_EQ(alone.kinds()[0].first, 0);
  EXPECT_EQ(alone.kinds()[0].second, 1);
  EXPECT_EQ(alone.all().in, 5 * alone.edge(3).in);
}

TEST(LoneRanks, TellTheFirstTwoOfEachKind) {
  const LoneRanks alone(uneven(5));
  ASSERT_EQ(alone.kinds().size(), 2U);
  EXPECT_EQ(alone.kinds()[1].first, 1);
  EXPECT_EQ(alone.kinds()[1].second, 3);
  EXPECT_EQ(alone.edge(4).out, Int128{(50_GBps).bits_per_second()});
  EXPECT_EQ(alone.edge(3).out, Int128{(25_GBps).bits_per_second()});
  EXPECT_EQ(alone.all().out, 3 * alone.edge(0).out + 2 * alone.edge(1).out);
}

TEST(LoneRanks, KnowAKindOfWhichThereIsOne) {
  const LoneRanks alone(uneven(2));
  EXPECT_EQ(alone.kinds()[0].second, -1);
  EXPECT_EQ(alone.kinds()[1].second, -1);
}

}  // namespace
}  // namespace commsim::lone_ranks_test
