// Tables as regimes: recovery of known laws, robustness, and the curve that predicts.
#include "calibrate/fit/regime_fit.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "calibrate/fit/isotonic.hpp"
#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim::regime_fit_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 20 us + L / 1 GB/s up to 64 KiB, 60 us + L / 50 GB/s beyond.
double truth(double bytes) { return bytes <= 65536 ? 20e-6 + bytes / 1e9 : 90e-6 + bytes / 50e9; }

std::vector<Measurement> table(double noise, std::uint64_t seed) {
  Random random(seed);
  const auto normal = [&] {  // Irwin-Hall: twelve uniform numbers have variance one
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.unit();
    return sum;
  };
  std::vector<Measurement> rows;
  for (int power = 3; power <= 30; ++power) {
    const double bytes = std::ldexp(1.0, power);
    rows.push_back({Bytes{std::int64_t{1} << power},
                    Duration{std::llround(1e12 * truth(bytes) * (1 + noise * normal()))}});
  }
  return rows;
}

TEST(RegimeFit, RefusesASingleSize) {
  EXPECT_THROW(fit_regimes({{1_KiB, 5_usec}, {1_KiB, 6_usec}}), RequestError);
}

TEST(RegimeFit, FindsTwoLawsExactlyWhereThereIsNoNoise) {
  const RegimeFit fit = fit_regimes(table(0, 1));
  ASSERT_EQ(fit.regimes.size(), 2U);
  EXPECT_EQ(fit.regimes[0].to, 64_KiB);
  EXPECT_NEAR(fit.regimes[0].line.seconds, 20e-6, 1e-9);
  EXPECT_NEAR(fit.regimes[0].line.seconds_per_byte, 1e-9, 1e-13);
  EXPECT_NEAR(fit.regimes[1].line.seconds, 90e-6, 1e-8);
  EXPECT_NEAR(fit.regimes[1].line.seconds_per_byte, 2e-11, 1e-15);
}

// What a 95 % interval promises, for the latency and the bandwidth of both regimes.
TEST(RegimeFit, IntervalsHoldTheTruthInNinetyOfAHundredSeeds) {
  int inside[4] = {0, 0, 0, 0};
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const RegimeFit fit =
        fit_regimes(table(0.02, seed), {.most_regimes = 2, .breaks = {128_KiB}, .seed = seed});
    ASSERT_EQ(fit.regimes.size(), 2U);
    const auto holds = [](const std::optional<Interval>& interval, double value) {
      return interval && interval->low <= value && value <= interval->high ? 1 : 0;
    };
    inside[0] += holds(fit.regimes[0].seconds, 20e-6);
    inside[1] += holds(fit.regimes[0].seconds_per_byte, 1e-9);
    inside[2] += holds(fit.regimes[1].seconds, 90e-6);
    inside[3] += holds(fit.regimes[1].seconds_per_byte, 2e-11);
  }
  for (const int count : inside) EXPECT_GE(count, 90);
}

// The halves of such tables have room for different numbers of pieces.
TEST(RegimeFit, OneLineIsOneRegimeWhateverTheNumberOfSizes) {
  for (std::size_t sizes = 8; sizes <= 25; ++sizes) {
    std::vector<Measurement> rows;
    for (std::size_t i = 0; i < sizes; ++i) {
      const double bytes = 1000.0 * static_cast<double>(i + 1);
      rows.push_back({Bytes{std::llround(bytes)}, Duration{std::llround(1e6 * (7 + bytes / 1e3))}});
    }
    EXPECT_EQ(fit_regimes(rows, {.resamples = 0}).regimes.size(), 1U) << sizes;
  }
}

TEST(RegimeFit, KeepsItsPointsToTheSizesThatWereMeasured) {
  const RegimeFit two = fit_regimes({{1_KiB, 5_usec}, {1_MiB, 60_usec}});
  EXPECT_EQ(two.curve.knots().size(), 2U);
  EXPECT_FALSE(two.band.factor(1_KiB).has_value());
  const Bytes huge{std::int64_t{1} << 60U};
  EXPECT_NO_THROW(
      fit_regimes({{huge, 5_usec}, {Bytes{huge.count() + 1}, 6_usec}, {1_KiB, 1_usec}}));
}

TEST(RegimeFit, AnOutlierMovesNeitherTheLawNorItsNeighbours) {
  auto rows = table(0, 1);
  rows[4].time = rows[4].time * 10;
  const RegimeFit fit = fit_regimes(rows);
  EXPECT_NEAR(fit.regimes[0].line.seconds, 20e-6, 0.4e-6);
  EXPECT_THAT(fit.outliers, ElementsAre(rows[4].size));
  EXPECT_NEAR(fit.curve.time_s(rows[3].size), truth(64), 0.02 * truth(64));
  EXPECT_NEAR(fit.curve.time_s(rows[5].size), truth(256), 0.25 * truth(256));
}

TEST(RegimeFit, ABreakThatIsForcedIsKept) {
  const RegimeFit fit = fit_regimes(table(0.01, 3), {.breaks = {1_KiB}, .resamples = 0});
  bool starts_there = false;
  for (const Regime& regime : fit.regimes) starts_there = starts_there || regime.from == 1_KiB;
  EXPECT_TRUE(starts_there);
}

TEST(RegimeFit, TheSameSeedGivesTheSameIntervals) {
  const RegimeFit once = fit_regimes(table(0.02, 5));
  const RegimeFit again = fit_regimes(table(0.02, 5));
  ASSERT_EQ(once.regimes.size(), again.regimes.size());
  ASSERT_TRUE(once.regimes[0].seconds.has_value());
  EXPECT_EQ(once.regimes[0].seconds->low, again.regimes[0].seconds->low);
}

TEST(RegimeFit, PredictsSizesThatItHasNotSeen) {
  for (const std::size_t half : {0U, 1U}) {
    const auto rows = table(0.01, 7);
    const RegimeFit fit = fit_regimes(alternate(rows, half), {.resamples = 0});
    std::vector<double> errors;
    for (const Measurement& row : alternate(rows, 1 - half)) {
      errors.push_back(std::abs(fit.curve.time_s(row.size) / seconds(row.time) - 1));
    }
    EXPECT_LT(median(errors), 0.02);
  }
}

TEST(TimeCurve, NeverFalls) {
  auto rows = table(0.1, 11);
  const TimeCurve curve = fit_regimes(rows, {.resamples = 0}).curve;
  double before = 0;
  for (double bytes = 1; bytes < 1e11; bytes *= 1.07) {
    const double time = curve.time_s(Bytes{std::llround(bytes)});
    EXPECT_GE(time, before * (1 - 1e-12)) << bytes;
    before = time;
  }
}

TEST(TimeCurve, OfTwoPointsIsStraightInTheLogarithms) {
  const TimeCurve curve({{1e3, 1e-6}, {1e5, 1e-4}}, {.seconds_per_byte = 1e-9, .seconds = 0},
                        {.seconds_per_byte = 1e-9, .seconds = 0});
  EXPECT_NEAR(curve.time_s(Bytes{10'000}), 1e-5, 1e-9);
  EXPECT_NEAR(curve.time_s(Bytes{1'000'000}), 1e-3, 1e-12);
  EXPECT_NEAR(curve.time_s(Bytes{100}), 1e-7, 1e-15);
}

TEST(NonDecreasing, PoolsWhatFallsAtItsMedian) {
  EXPECT_THAT(non_decreasing({1, 9, 2, 3, 10}), ElementsAre(1, 3, 3, 3, 10));
  EXPECT_THAT(non_decreasing({3, 2, 1}), ElementsAre(2, 2, 2));
  EXPECT_THAT(non_decreasing({}), ElementsAre());
}

TEST(Quantile, LiesBetweenOrderStatistics) {
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.9), 9);
}

}  // namespace
}  // namespace commsim::regime_fit_test
