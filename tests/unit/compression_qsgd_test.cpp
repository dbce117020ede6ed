// What is proven of QSGD: it is without bias, and its variance is bounded.
#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "core/random.hpp"

namespace commsim::compression_qsgd_test {
namespace {

using testing::HasSubstr;

std::unique_ptr<Quantiser> make(std::int64_t levels, std::uint64_t seed = 1) {
  return Registry<Codec>::get("qsgd", "codec")
      .make_quantiser({.levels = levels, .rank_seed = seed});
}

std::vector<float> normal(std::size_t count) {
  Random random(3);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(random.unit() + random.unit() + random.unit() - 1.5);
  }
  return values;
}

double square_of_norm(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += std::pow(static_cast<double>(value), 2);
  return sum;
}

// Of |x| / step, of which the part after the point is the chance to be rounded up.
double part(float value, double step) {
  const double level = std::abs(static_cast<double>(value)) / step;
  return level - std::floor(level);
}

struct Moments {
  std::vector<double> mean;
  double squared_error = 0;  // the mean of |Q(x) - x|^2
};

Moments moments(const std::vector<float>& values, std::int64_t levels, int calls) {
  const auto quantiser = make(levels);
  Moments result{.mean = std::vector<double>(values.size())};
  std::vector<float> decoded(values.size());
  for (int call = 0; call < calls; ++call) {
    Encoded bytes;
    quantiser->encode(values, bytes);
    quantiser->decode(bytes, decoded);
    for (std::size_t i = 0; i < values.size(); ++i) {
      result.mean[i] += static_cast<double>(decoded[i]) / calls;
      const double error = static_cast<double>(decoded[i]) - static_cast<double>(values[i]);
      result.squared_error += error * error / calls;
    }
  }
  return result;
}

TEST(CompressionQsgd, LevelsOutOfRangeAreRefused) {
  for (const std::int64_t levels : {0, -1, 32768}) {
    try {
      make(levels);
      ADD_FAILURE() << levels;
    } catch (const RequestError& error) {
      EXPECT_THAT(error.what(), HasSubstr("it must be 1 to 32767"));
    }
  }
}

TEST(CompressionQsgd, TheMeanOfManyCallsIsWhatWasEncoded) {
  const auto values = normal(64);
  constexpr int kCalls = 20'000;
  for (const std::int64_t levels : {1, 4, 127}) {
    const auto result = moments(values, levels, kCalls);
    const double step = std::sqrt(square_of_norm(values)) / static_cast<double>(levels);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double up = part(values[i], step);
      const double deviation = step * std::sqrt(up * (1 - up) / kCalls);
      EXPECT_NEAR(result.mean[i], static_cast<double>(values[i]), 5 * deviation + 1e-6) << levels;
    }
  }
}

TEST(CompressionQsgd, TheVarianceIsThatOfRandomRoundingAndWithinThePublishedBound) {
  for (const std::size_t count : {16U, 256U, 2048U}) {
    const auto values = normal(count);
    const auto n = static_cast<double>(count);
    const double square = square_of_norm(values);
    for (const std::int64_t levels : {1, 3, 16, 127}) {
      const auto s = static_cast<double>(levels);
      const double measured = moments(values, levels, 2000).squared_error;
      EXPECT_LE(measured, std::min(n / (s * s), std::sqrt(n) / s) * square);
      double expected = 0;
      const double step = std::sqrt(square) / s;
      for (const float value : values) {
        expected += step * step * part(value, step) * (1 - part(value, step));
      }
      EXPECT_NEAR(measured, expected, 0.1 * expected) << count << " " << levels;
    }
  }
}

TEST(CompressionQsgd, AnElementTakesTheBitsOfItsLevelAndOneForTheSign) {
  for (const auto& [levels, bits] : {std::pair{1, 2}, {2, 3}, {3, 3}, {4, 4}, {127, 8}, {128, 9}}) {
    Encoded bytes;
    make(levels)->encode(normal(800), bytes);
    EXPECT_EQ(bytes.size(), 4U + 100U * static_cast<unsigned>(bits)) << levels;
  }
}

TEST(CompressionQsgd, IsTheSameAgainButNotInTheNextCallNorOnTheNextRank) {
  const auto values = normal(100);
  const auto quantiser = make(4);
  Encoded first;
  Encoded second;
  Encoded again;
  Encoded other;
  quantiser->encode(values, first);
  quantiser->encode(values, second);
  make(4)->encode(values, again);
  make(4, 2)->encode(values, other);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, second);
  EXPECT_NE(first, other);
}

TEST(CompressionQsgd, LevelsAboveTheHighestAreRefused) {
  Encoded bytes;
  make(5)->encode(std::vector<float>{1, 1}, bytes);
  bytes.back() = std::byte{0x7f};
  std::vector<float> decoded(2);
  EXPECT_THROW(make(5)->decode(bytes, decoded), DecodeError);
}

}  // namespace
}  // namespace commsim::compression_qsgd_test
