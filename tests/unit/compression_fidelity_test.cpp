#include <gmock/gmock.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "collectives/compression/fidelity.hpp"

namespace commsim::compression_fidelity_test {
namespace {

using testing::DoubleNear;
using testing::Eq;
using testing::Optional;

using Values = std::vector<float>;

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> all;
  for (const int value : values) all.push_back(static_cast<std::byte>(value));
  return all;
}

Fidelity of(const Values& original, const Values& decoded, std::size_t size = 4) {
  return fidelity_of(original, decoded, std::vector<std::byte>(size),
                     static_cast<std::int64_t>(original.size()));
}

TEST(Fidelity, HasNoFiguresOfNothing) {
  const Fidelity nothing = fidelity_of({}, {}, {}, 0);
  EXPECT_EQ(nothing.ratio, std::nullopt);
  EXPECT_EQ(nothing.bits_per_element, std::nullopt);
  EXPECT_EQ(nothing.entropy, std::nullopt);
  EXPECT_EQ(nothing.relative_error, std::nullopt);
  EXPECT_EQ(nothing.cosine, std::nullopt);
  EXPECT_EQ(nothing.bias, std::nullopt);
  EXPECT_EQ(nothing.largest_error, std::nullopt);
  EXPECT_EQ(nothing.pruning_rate, std::nullopt);
  EXPECT_EQ(nothing.precision, std::nullopt);
}

TEST(Fidelity, HasNoRelativeFiguresOfZeros) {
  const Fidelity zeros = of({0, 0}, {0, 3});
  EXPECT_EQ(zeros.relative_error, std::nullopt);
  EXPECT_EQ(zeros.cosine, std::nullopt);
  EXPECT_EQ(zeros.bias, std::nullopt);
  EXPECT_THAT(zeros.largest_error, Optional(3.0));
  EXPECT_EQ(of({1, 2}, {0, 0}).cosine, std::nullopt);
  EXPECT_THAT(of({1, 2}, {0, 0}).relative_error, Optional(1.0));
}

TEST(Fidelity, HasNoErrorFiguresOfWhatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const auto& [original, decoded] :
       {std::pair{Values{1, nan}, Values{1, 2}}, std::pair{Values{1, 2}, Values{infinity, 2}},
        std::pair{Values{-infinity, 0}, Values{nan, 0}}}) {
    const Fidelity result = of(original, decoded);
    const std::vector<std::optional<double>> figures{result.relative_error, result.cosine,
                                                     result.bias, result.largest_error};
    EXPECT_THAT(figures, testing::Each(std::nullopt));
    EXPECT_THAT(result.ratio, Optional(2.0));
  }
}

TEST(Fidelity, CountsOverflowsThatAreHidden) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Fidelity result = of({nan, infinity, -infinity, 1}, {nan, 65504, nan, infinity});
  EXPECT_EQ(result.not_finite, 3);
  EXPECT_EQ(result.hidden_overflows, 1);
  EXPECT_EQ(of({1, 2}, {nan, nan}).not_finite, 0);
}

TEST(Fidelity, FindsNothingWrongWithACopy) {
  const Fidelity copy = of({3, -4, 0}, {3, -4, 0}, 12);
  EXPECT_EQ(copy.elements, 3);
  EXPECT_EQ(copy.message_bytes, 12);
  EXPECT_THAT(copy.ratio, Optional(1.0));
  EXPECT_THAT(copy.bits_per_element, Optional(32.0));
  EXPECT_THAT(copy.relative_error, Optional(0.0));
  EXPECT_THAT(copy.cosine, Optional(1.0));
  EXPECT_THAT(copy.bias, Optional(0.0));
  EXPECT_THAT(copy.largest_error, Optional(0.0));
  EXPECT_THAT(copy.precision, Optional(0.0));
}

TEST(Fidelity, HasTheFiguresOfItsDefinitions) {
  // Errors are 1, -2 and 0: |y - x| = sqrt(5), |x| = 5, |y| = sqrt(20), x y = 12 + 8.
  const Fidelity result = of({3, 4, 0}, {4, 2, 0});
  EXPECT_THAT(result.relative_error, Optional(DoubleNear(std::sqrt(5.0) / 5, 1e-15)));
  EXPECT_THAT(result.cosine, Optional(DoubleNear(20 / (5 * std::sqrt(20.0)), 1e-15)));
  EXPECT_THAT(result.bias, Optional(-1.0 / 7));
  EXPECT_THAT(result.largest_error, Optional(2.0));
  EXPECT_THAT(result.ratio, Optional(3.0));
  EXPECT_THAT(of({1, 2}, {-1, -2}).cosine, Optional(-1.0));
}

TEST(Fidelity, NeitherOverflowsNorVanishesAtTheEndsOfSinglePrecision) {
  const float most = std::numeric_limits<float>::max();
  const float least = std::numeric_limits<float>::denorm_min();
  EXPECT_THAT(of({most, most}, {-most, -most}).relative_error, Optional(DoubleNear(2, 1e-12)));
  EXPECT_THAT(of({least, least}, {least, 0}).relative_error,
              Optional(DoubleNear(std::sqrt(0.5), 1e-12)));
}

TEST(Fidelity, HasThePruningRateAndPrecisionOfASparseMessage) {
  // Two of eight numbers survive in half precision, with indices of 16 bits: n' = 32.
  const Values original{1, 2, 3, 4, 5, 6, 7, 8};
  const Values decoded{0, 0, 0, 0, 0, 0, 7, 8};
  const Fidelity indexed = fidelity_of(original, decoded, std::vector<std::byte>(8), 2);
  EXPECT_THAT(indexed.pruning_rate, Optional(0.75));
  EXPECT_THAT(indexed.precision, Optional(0.0));
  const Fidelity bare = fidelity_of(original, decoded, std::vector<std::byte>(4), 2);
  EXPECT_THAT(bare.precision, Optional(1.0));
  EXPECT_THAT(bare.ratio, Optional(std::exp2(*bare.precision) / (1 - *bare.pruning_rate)));
}

TEST(Fidelity, HasThePrecisionOfBytesWhateverTheyRoundToZero) {
  const Fidelity result =
      fidelity_of(Values{1, 2, 3, 0.1F}, Values{1, 2, 3, 0}, std::vector<std::byte>(4), 4);
  EXPECT_THAT(result.precision, Optional(2.0));
  EXPECT_THAT(result.pruning_rate, Optional(0.25));
}

TEST(Fidelity, HasNoPrecisionOfAMessageThatCarriesNothing) {
  EXPECT_EQ(fidelity_of(Values{1}, Values{0}, std::vector<std::byte>(16), 0).precision,
            std::nullopt);
}

TEST(ByteEntropy, IsThatOfShannon) {
  EXPECT_EQ(byte_entropy({}), std::nullopt);
  EXPECT_THAT(byte_entropy(bytes({7, 7, 7})), Optional(0.0));
  EXPECT_THAT(byte_entropy(bytes({0, 255})), Optional(1.0));
  EXPECT_THAT(byte_entropy(bytes({1, 1, 1, 1, 2, 2, 3, 4})), Optional(1.75));
  std::vector<std::byte> all;
  all.reserve(256);
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::byte>(i));
  EXPECT_THAT(byte_entropy(all), Optional(8.0));
  EXPECT_THAT(fidelity_of(Values{1}, Values{1}, bytes({1, 1, 2, 2}), 1).entropy, Optional(Eq(1.0)));
}

}  // namespace
}  // namespace commsim::compression_fidelity_test
