// Do the intervals of a fit hold the truth as often as they say, and how much do outliers move it?
#include <gmock/gmock.h>

#include <map>

#include "tests/support/physics_rings.hpp"

namespace commsim::physics_intervals_test {
namespace {

using namespace physics_rings;

constexpr int kSeeds = 100;

// How often intervals hold the truth, of parameters that are well determined.
class Coverage {
 public:
  void count(const Physics& truth, const Physics& found) {
    constexpr double kWell = 0.8;
    const auto true_ones = truth.parameters();
    const auto found_ones = found.parameters();
    for (std::size_t i = 0; i < true_ones.size(); ++i) {
      const Estimate& estimate = *found_ones[i].second;
      if (estimate.fixed || estimate.determined < kWell) continue;
      Count& count = counts_[found_ones[i].first];
      ++count.determined;
      const double value = true_ones[i].second->value;
      if (estimate.least <= value && value <= estimate.most) ++count.held;
    }
  }

  struct Count {
    int held = 0;
    int determined = 0;
  };
  [[nodiscard]] const std::map<std::string, Count>& counts() const { return counts_; }

 private:
  std::map<std::string, Count> counts_;
};

TEST(PhysicsIntervals, HoldTheTruthOfEachParameterInItsIntervalsIfTheWaysAreKnown) {
  const std::vector<Size> sizes = all_sizes();
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Physics truth = drawn(seed);
    const auto rows = measured_by_each(truth, sizes, kNoise, mix(seed));
    coverage.count(
        truth, fit_physics(nccl_prior(), rows, forced_predictor(sizes), {.noise = kNoise}).physics);
  }
  int often = 0;
  for (const auto& [name, count] : coverage.counts()) {
    if (count.determined < kSeeds / 2) continue;
    ++often;
    EXPECT_GE(count.held, 0.9 * count.determined) << name << " of " << count.determined;
  }
  EXPECT_EQ(often, 7) << "launch, and latency and efficiency of each protocol";
}

// A protocol that is taken for another has intervals around the other's truth, so that only all
// parameters together come up to it.
TEST(PhysicsIntervals, HoldTheTruthInItsIntervalsIfTheFastestWayIsTaken) {
  const std::vector<Size> sizes = all_sizes();
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Physics truth = drawn(seed);
    coverage.count(truth, fitted(measured(truth, sizes, kNoise, mix(seed)), sizes).physics);
  }
  Coverage::Count all;
  for (const auto& [name, count] : coverage.counts()) {
    all.held += count.held;
    all.determined += count.determined;
  }
  EXPECT_GE(all.determined, 3 * kSeeds);
  EXPECT_GE(all.held, 0.9 * all.determined) << "of " << all.determined;
  const Coverage::Count launch = coverage.counts().at("launch");
  EXPECT_GE(launch.held, 0.9 * kSeeds);
}

TEST(PhysicsFit, IsNotBentByOneOutlier) {
  const std::vector<Size> sizes = all_sizes();
  const auto rows = measured_by_each(drawn(8), sizes, kNoise, 9);
  const PhysicsPredictor predictor = forced_predictor(sizes);
  const Physics clean = fit_physics(nccl_prior(), rows, predictor).physics;
  const auto clean_ones = clean.parameters();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<PhysicsRow> spoilt = rows;
    spoilt[row].seconds *= 3;
    const Physics bent = fit_physics(nccl_prior(), spoilt, predictor).physics;
    const auto bent_ones = bent.parameters();
    for (std::size_t i = 0; i < clean_ones.size(); ++i) {
      const Estimate& before = *clean_ones[i].second;
      if (before.fixed) continue;
      EXPECT_GT(bent_ones[i].second->value, before.least) << clean_ones[i].first << ' ' << row;
      EXPECT_LE(bent_ones[i].second->value, before.most) << clean_ones[i].first << ' ' << row;
    }
  }
}

// Which way is fastest may turn with it, so that parameters do; the times do not.
TEST(PhysicsFit, PredictsTheOtherSizesAsWellBesideAnOutlier) {
  const std::vector<Size> sizes = all_sizes();
  const std::vector<PhysicsRow> rows = measured(drawn(8), sizes, kNoise, 9);
  const Physics clean = fitted(rows, sizes).physics;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<PhysicsRow> spoilt = rows;
    spoilt[row].seconds *= 3;
    const Physics bent = fitted(spoilt, sizes).physics;
    for (const Size& size : sizes) {
      EXPECT_NEAR(fastest_ring(bent, size).seconds / fastest_ring(clean, size).seconds, 1, 0.1)
          << row << ' ' << size.ranks << ' ' << size.bytes;
    }
  }
}

}  // namespace
}  // namespace commsim::physics_intervals_test
