// Hand-computed figures of the probe's sampler, sizes and shapes of collectives.
#include <gmock/gmock.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/sampler.hpp"
#include "calibrate/probe/host/sizes.hpp"
#include "calibrate/probe/host/text.hpp"

namespace commsim::probe_sampler_test {
namespace {

using namespace commsim::probe;
using testing::ElementsAre;

// Times by turns, and how often each batch was asked for.
struct Script {
  std::vector<double> times;
  std::vector<int> batches;
  TimedRun run() {
    return [this](int count) {
      batches.push_back(count);
      return times[(batches.size() - 1) % times.size()];
    };
  }
};

TEST(ProbeSampler, ATimeThatIsNoneIsRefused) {
  for (const double time : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(sample([&](int) { return time; }, {}), std::runtime_error) << time;
  }
}

TEST(ProbeSampler, QuantilesLieBetweenNeighbours) {
  EXPECT_EQ(probe::quantile({7}, 0.95), 7);
  EXPECT_EQ(probe::quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_EQ(probe::quantile({10, 20, 30, 40, 50}, 0.5), 30);
  EXPECT_DOUBLE_EQ(probe::quantile({10, 20, 30, 40, 50}, 0.05), 12);
  EXPECT_DOUBLE_EQ(probe::quantile({10, 20, 30, 40, 50}, 0.95), 48);
}

TEST(ProbeSampler, ItStopsOnceTheSpreadIsSmall) {
  Script script{{1000}, {}};
  const Sample result = sample(script.run(), {3, 5, 200, 1, 0.02});
  EXPECT_THAT(result.repeats, testing::SizeIs(5));
  EXPECT_THAT(script.batches, testing::SizeIs(3 + 5));
  EXPECT_EQ(result.median, 1000);
  EXPECT_EQ(result.p95, 1000);
}

TEST(ProbeSampler, ItStopsOnceTheTimeIsUpHoweverWideTheSpread) {
  // A warm-up of 100 ms, then 300 ms and 100 ms: half a second is over.
  Script script{{100000, 300000}, {}};
  const Sample result = sample(script.run(), {1, 5, 200, 0.5, 0.02});
  EXPECT_THAT(result.repeats, ElementsAre(300000, 100000));
  EXPECT_EQ(result.median, 200000);
  EXPECT_DOUBLE_EQ(result.p5, 110000);
  EXPECT_DOUBLE_EQ(result.p95, 290000);
}

TEST(ProbeSampler, ItKeepsAtMostAsManyRepeatsAsAsked) {
  Script script{{1000, 3000}, {}};
  EXPECT_THAT(sample(script.run(), {1, 5, 7, 100, 0.02}).repeats, testing::SizeIs(7));
}

TEST(ProbeSampler, ShortOperationsAreMeasuredSeveralInARow) {
  Script script{{30}, {}};
  EXPECT_EQ(sample(script.run(), {1, 5, 5, 1, 0.02}).batch, 7);  // 7 x 30 us is 200 us and more
  EXPECT_EQ(script.batches.front(), 1);
  EXPECT_EQ(script.batches.back(), 7);
  Script tiny{{0.5}, {}};
  EXPECT_EQ(sample(tiny.run(), {1, 5, 5, 1, 0.02}).batch, 64);
}

TEST(ProbeSizes, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "0", "K", "-8", "8X", "1.5G", "2048G", "99999999999999999999"}) {
    EXPECT_THROW(parse_size(text), std::invalid_argument) << text;
  }
}

TEST(ProbeSizes, SizesAreReadByPowersOf1024) {
  EXPECT_EQ(parse_size("8"), 8U);
  EXPECT_EQ(parse_size("64K"), 65536U);
  EXPECT_EQ(parse_size("1MiB"), 1048576U);
  EXPECT_EQ(parse_size("8G"), std::uint64_t{8589934592});
}

TEST(ProbeSizes, ALadderDoublesUpToTheMost) {
  EXPECT_THAT(size_ladder(8, 64), ElementsAre(8, 16, 32, 64));
  EXPECT_THAT(size_ladder(8, 63), ElementsAre(8, 16, 32));
  EXPECT_THAT(size_ladder(9, 8), ElementsAre());
}

TEST(ProbeText, NumbersHaveThreeDigitsAndCellsNoComma) {
  EXPECT_EQ(decimal(2.00062), "2.001");
  EXPECT_EQ(decimal(1e9), "1000000000.000");
  EXPECT_EQ(cell("a,b\n\"c\""), "a b  c ");
  EXPECT_THROW(parse_count("18446744073709551616"), std::invalid_argument);
  EXPECT_EQ(parse_count("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace commsim::probe_sampler_test
