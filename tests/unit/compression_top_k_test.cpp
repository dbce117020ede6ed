// Which elements are the largest, against a stable sort, and the codecs that keep them.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "collectives/compression/normal_random.hpp"
#include "collectives/compression/reducers/selection.hpp"
#include "core/index.hpp"
#include "core/random.hpp"
#include "tests/support/reducers.hpp"

namespace commsim::compression_top_k_test {
namespace {

using Positions = std::vector<std::uint32_t>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> restored(std::string_view name, const CodecParameters& parameters,
                            const std::vector<float>& values) {
  return support::pass(*support::make_reducer(name, parameters), values);
}

// By magnitude, what is not finite first, and equal ones by position.
Positions by_sorting(const std::vector<float>& values, std::size_t count) {
  const auto magnitude = [&](std::uint32_t i) {
    return std::isfinite(values[i]) ? std::abs(values[i]) : kInfinity;
  };
  Positions order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return magnitude(a) > magnitude(b); });
  order.resize(count);
  std::sort(order.begin(), order.end());
  return order;
}

using Distribution = std::function<float(NormalRandom&, std::size_t)>;

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all = {
      [](NormalRandom& random, std::size_t) { return static_cast<float>(random.next()); },
      [](NormalRandom& random, std::size_t) {
        return static_cast<float>(std::lround(random.next()));
      },
      [](NormalRandom& random, std::size_t) { return random.next() > 2.5 ? 1.5F : 0.0F; },
      [](NormalRandom&, std::size_t) { return -2.5F; },
      [](NormalRandom&, std::size_t i) { return static_cast<float>(i); },
      [](NormalRandom&, std::size_t i) { return -1.0F / static_cast<float>(i + 1); },
      [](NormalRandom& random, std::size_t i) {
        return i % 97 == 0 ? kNaN : i % 89 == 0 ? -kInfinity : static_cast<float>(random.next());
      },
      [](NormalRandom& random, std::size_t i) {  // all that is large in one place
        return static_cast<float>(random.next() * (i < 500 ? 1e6 : 1e-40));
      }};
  return all;
}

void expect_as_sorted(std::size_t size, const std::vector<double>& densities) {
  for (std::size_t d = 0; d < distributions().size(); ++d) {
    NormalRandom random(size);
    std::vector<float> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = distributions()[d](random, i);
    for (const double density : densities) {
      const std::size_t count = part_of(density, size);
      const Positions expected = by_sorting(values, count);
      const Selection found = largest(values, count);
      ASSERT_EQ(found.positions, expected) << size << " of distribution " << d << ", " << density;
      const auto bad = [&](float x) { return !std::isfinite(x); };
      EXPECT_EQ(found.lost, std::count_if(values.begin(), values.end(), bad) >
                                std::count_if(expected.begin(), expected.end(),
                                              [&](auto i) { return bad(values[i]); }));
    }
  }
}

TEST(PartOf, RoundsUpButNotWhatIsWholeInDecimals) {
  EXPECT_EQ(part_of(0.01, 0), 0);
  EXPECT_EQ(part_of(0.01, 1), 1);
  EXPECT_EQ(part_of(0.01, 101), 2);
  EXPECT_EQ(part_of(1e-300, 5), 1);
  EXPECT_EQ(part_of(1, 7), 7);
}

TEST(PartOf, IsExactForWholePercents) {
  for (std::size_t percent = 1; percent <= 100; ++percent) {
    for (const std::size_t hundreds : {1U, 3U, 7U, 1000U}) {
      EXPECT_EQ(part_of(static_cast<double>(percent) / 100, 100 * hundreds), percent * hundreds);
    }
  }
}

TEST(Largest, AreThoseOfAStableSortForSmallSizes) {
  for (std::size_t size = 1; size < 200; ++size) expect_as_sorted(size, {1e-9, 0.1, 0.5, 0.9, 1});
}

TEST(Largest, AreThoseOfAStableSortWhereABandIsGuessed) {
  for (const std::size_t size : {16'383U, 16'384U, 50'001U}) {
    expect_as_sorted(size, {1e-9, 0.001, 0.01, 0.3, 0.999});
  }
}

TEST(AnyNotFinite, FindsOneAnywhere) {
  std::vector<float> values(200, 3e38F);
  EXPECT_FALSE(any_not_finite(values));
  EXPECT_FALSE(any_not_finite({}));
  for (float& value : values) {
    for (const float bad : {kNaN, -kNaN, kInfinity, -kInfinity}) {
      value = bad;
      EXPECT_TRUE(any_not_finite(values));
    }
    value = 0;
  }
}

TEST(TopK, KeepsExactlyThePartThatIsAskedFor) {
  for (const std::size_t size : {0U, 1U, 99U, 100U, 101U, 20'000U}) {
    const auto after = restored("top_k", {.density = 0.01}, std::vector<float>(size, 1.0F));
    EXPECT_EQ(std::count(after.begin(), after.end(), 1.0F), (size + 99) / 100);
    EXPECT_TRUE(std::is_sorted(after.rbegin(), after.rend())) << "the first of equal ones are kept";
  }
}

TEST(TopK, IsNaNIfMoreThanItKeepsAreNotFinite) {
  std::vector<float> values(100, 1.0F);
  values[3] = kInfinity;
  EXPECT_EQ(restored("top_k", {}, values)[3], kInfinity);
  values[90] = -kInfinity;
  EXPECT_TRUE(std::isnan(restored("top_k", {}, values)[3]));
}

TEST(TopK, RefusesAnotherNumberOfElements) {
  const auto reducer = support::make_reducer("top_k");
  std::vector<float> tensor(1000);
  const Encoded side(1 + 9 * sizeof(std::uint32_t));
  EXPECT_THAT(
      [&] {
        return reducer->restore(std::vector<float>(9), side, TensorView::vector(tensor).shape,
                                tensor);
      },
      testing::Throws<DecodeError>());
}

TEST(SampledTopK, OfAWholeSampleIsTopK) {
  NormalRandom random(5);
  std::vector<float> values(10'000);
  for (float& value : values) value = static_cast<float>(random.next());
  EXPECT_EQ(restored("top_k_sampled", {.sample = 1}, values), restored("top_k", {}, values));
}

TEST(SampledTopK, KeepsAboutThePartThatIsAskedFor) {
  NormalRandom random(6);
  std::vector<float> values(200'000);
  for (float& value : values) value = static_cast<float>(random.next());
  const auto after = restored("top_k_sampled", {.density = 0.05, .sample = 0.1}, values);
  const auto kept = std::count_if(after.begin(), after.end(), [](float x) { return x != 0; });
  EXPECT_NEAR(static_cast<double>(kept), 10'000, 5 * 10'000 / std::sqrt(1000)) << "5 deviations";
}

TEST(SampledTopK, KeepsNoZerosAndAllThatAreEqual) {
  EXPECT_EQ(restored("top_k_sampled", {}, std::vector<float>(1000, -0.0F)),
            std::vector<float>(1000));
  EXPECT_EQ(restored("top_k_sampled", {}, std::vector<float>(1000, 2.0F)),
            std::vector<float>(1000, 2.0F));
}

TEST(Threshold, DropsWhatIsEqualToItInSinglePrecision) {
  EXPECT_EQ(restored("threshold", {.threshold = 0.3},
                     {1.0F, 0.5F, 0.2F, 0.8F, 0.3F, 0.1F, 0.6F, 0.4F, 0.0F}),
            (std::vector<float>{1.0F, 0.5F, 0.0F, 0.8F, 0.0F, 0.0F, 0.6F, 0.4F, 0.0F}));
}

TEST(Threshold, OfZeroKeepsAllThatIsNotZero) {
  const std::vector<float> values{0.0F, -1e-45F, 0.0F, 1e-45F, -3.0F};
  EXPECT_EQ(restored("threshold", {.threshold = 0}, values), values);
  EXPECT_EQ(restored("threshold", {.threshold = -0.0}, values), values);
}

TEST(Pruning, ZeroesExactlyThePartThatIsAskedForTheLastOfEqualOnes) {
  EXPECT_EQ(restored("prune", {}, {3.0F, -1.0F, 2.0F, 1.0F, 1.0F}),
            (std::vector<float>{3.0F, -1.0F, 2.0F, 0.0F, 0.0F}));
  EXPECT_EQ(restored("prune", {.rate = 0}, {0.5F, 0.1F}), (std::vector<float>{0.5F, 0.1F}));
  EXPECT_EQ(restored("prune", {.rate = std::nextafter(1.0, 0.0)}, {0.5F, 0.7F, 0.1F}),
            (std::vector<float>{0.0F, 0.7F, 0.0F}));
  for (int percent = 0; percent < 100; ++percent) {
    const auto after = restored("prune", {.rate = percent / 100.0}, std::vector<float>(100, 1.0F));
    EXPECT_EQ(std::count(after.begin(), after.end(), 0.0F), percent);
  }
}

}  // namespace
}  // namespace commsim::compression_top_k_test
