// The floating-point formats, against other implementations and against a search for the nearest.
#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "collectives/compression/integer_codes.hpp"
#include "collectives/compression/small_float.hpp"
#include "collectives/compression/vectors.hpp"
#include "core/random.hpp"

namespace commsim::compression_casts_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Any bits: every magnitude, subnormals, infinity and NaN.
std::vector<float> any_floats(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(random.next() >> 32U)));
  }
  return values;
}

// Magnitudes that an 8-bit or 16-bit format has, and a bit more.
std::vector<float> middling_floats(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto exponent = static_cast<int>(random.below(48)) - 28;
    const double sign = random.below(2) == 0 ? 1 : -1;
    values.push_back(static_cast<float>(sign * std::ldexp(1 + random.unit(), exponent)));
  }
  return values;
}

std::vector<float> floats() {
  auto values = any_floats(200'000, 1);
  const auto middling = middling_floats(200'000, 2);
  values.insert(values.end(), middling.begin(), middling.end());
  values.insert(values.end(), {0.0F, -0.0F, kInfinity, -kInfinity, kNan, 65504, 65519.996F, 65520,
                               -65536, 0x1p-24F, 0x1p-25F, 0x1.000002p-25F, 0x1.fffffep127F});
  return values;
}

template <typename Ours, typename Theirs>
void expect_same_decoding() {
  for (std::uint32_t code = 0; code < 0x10000; ++code) {
    const auto bits = static_cast<std::uint16_t>(code);
    const auto theirs =
        static_cast<float>(Eigen::numext::bit_cast<Theirs>(Eigen::numext::uint16_t{bits}));
    const float ours = Ours::decode(bits);
    ASSERT_EQ(std::isnan(ours), std::isnan(theirs)) << code;
    if (!std::isnan(ours)) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(ours), std::bit_cast<std::uint32_t>(theirs)) << code;
      ASSERT_EQ(Ours::encode(ours), bits);
    }
  }
}

template <typename Ours, typename Theirs>
void expect_same_encoding() {
  for (const float value : floats()) {
    const auto theirs = Eigen::numext::bit_cast<Eigen::numext::uint16_t>(Theirs(value));
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(Ours::decode(Ours::encode(value))));
    } else {
      ASSERT_EQ(Ours::encode(value), theirs) << value;
    }
  }
}

TEST(CompressionCasts, HalfPrecisionIsThatOfEigenBitForBit) {
  expect_same_decoding<Fp16, Eigen::half>();
  expect_same_encoding<Fp16, Eigen::half>();
}

TEST(CompressionCasts, Bfloat16IsThatOfEigenBitForBit) {
  expect_same_decoding<Bf16, Eigen::bfloat16>();
  expect_same_encoding<Bf16, Eigen::bfloat16>();
}

// The finite numbers of a format from zero on, by its definition.
std::vector<double> numbers_of(int mantissa_bits, int bias, int codes) {
  std::vector<double> numbers;
  for (int code = 0; code < codes; ++code) {
    const int exponent = code >> mantissa_bits;
    const int mantissa = code & ((1 << mantissa_bits) - 1);
    const int one = exponent > 0 ? 1 << mantissa_bits : 0;
    numbers.push_back(std::ldexp(mantissa + one, std::max(exponent, 1) - bias - mantissa_bits));
  }
  return numbers;
}

// The nearest code; of two, the even one; the last one for all that is larger.
int nearest_code(const std::vector<double>& numbers, double magnitude) {
  const auto above = std::lower_bound(numbers.begin(), numbers.end(), magnitude);
  if (above == numbers.end()) return static_cast<int>(numbers.size()) - 1;
  const auto code = static_cast<int>(above - numbers.begin());
  if (code == 0) return 0;
  const double up = *above - magnitude;
  const double down = magnitude - *(above - 1);
  if (up == down) return code % 2 == 0 ? code : code - 1;
  return up < down ? code : code - 1;
}

template <typename Format>
void expect_nearest(const std::vector<double>& numbers) {
  auto values = floats();
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const auto middle = static_cast<float>((numbers[i] + numbers[i + 1]) / 2);
    values.insert(values.end(), {static_cast<float>(numbers[i]), middle,
                                 std::nextafter(middle, 0.0F), std::nextafter(middle, kInfinity)});
  }
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const int sign = std::signbit(value) ? 0x80 : 0;
    ASSERT_EQ(Format::encode(value), sign | nearest_code(numbers, std::abs(value))) << value;
  }
  for (std::size_t code = 0; code < numbers.size(); ++code) {
    ASSERT_EQ(Format::decode(static_cast<std::uint8_t>(code)), numbers[code]);
    ASSERT_EQ(Format::decode(static_cast<std::uint8_t>(code | 0x80U)), -numbers[code]);
  }
}

TEST(CompressionCasts, E4M3TakesTheNearestNumberAndSaturatesAt448) {
  const auto numbers = numbers_of(3, 7, 0x7f);
  ASSERT_EQ(numbers.back(), 448);
  expect_nearest<Fp8E4M3>(numbers);
  EXPECT_TRUE(std::isnan(Fp8E4M3::decode(Fp8E4M3::encode(kNan))));
  EXPECT_TRUE(std::isnan(Fp8E4M3::decode(Fp8E4M3::encode(kInfinity))));
  EXPECT_TRUE(std::isnan(Fp8E4M3::decode(Fp8E4M3::encode(-kInfinity))));
}

TEST(CompressionCasts, E5M2TakesTheNearestNumberAndSaturatesAt57344) {
  const auto numbers = numbers_of(2, 15, 0x7c);
  ASSERT_EQ(numbers.back(), 57344);
  expect_nearest<Fp8E5M2>(numbers);
  EXPECT_TRUE(std::isnan(Fp8E5M2::decode(Fp8E5M2::encode(kNan))));
  EXPECT_EQ(Fp8E5M2::decode(Fp8E5M2::encode(kInfinity)), kInfinity);
  EXPECT_EQ(Fp8E5M2::decode(Fp8E5M2::encode(-kInfinity)), -kInfinity);
  EXPECT_EQ(Fp8E5M2::encode(61440), 0x7b);
}

template <typename Format>
void expect_twins() {
  const auto values = floats();
  constexpr std::size_t kWidth = sizeof(typename Format::Code);
  Encoded portable(values.size() * kWidth);
  Encoded wide(values.size() * kWidth);
  run<EncodeScaled<Format>>(Simd::kPortable, values.data(), values.size(), 0.7F, portable.data());
  run<EncodeScaled<Format>>(Simd::kAvx2, values.data(), values.size(), 0.7F, wide.data());
  EXPECT_EQ(portable, wide);
  run<EncodeFloats<Format>>(Simd::kPortable, values.data(), values.size(), portable.data());
  run<EncodeFloats<Format>>(Simd::kAvx2, values.data(), values.size(), wide.data());
  EXPECT_EQ(portable, wide);
  std::vector<float> from_portable(values.size());
  std::vector<float> from_wide(values.size());
  run<DecodeFloats<Format>>(Simd::kPortable, wide.data(), values.size(), from_portable.data());
  run<DecodeFloats<Format>>(Simd::kAvx2, wide.data(), values.size(), from_wide.data());
  EXPECT_TRUE(
      std::equal(from_wide.begin(), from_wide.end(), from_portable.begin(), [](float a, float b) {
        return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
      }));
}

TEST(CompressionCasts, BothCompilationsOfAKernelWriteTheSame) {
  if (this_processor() != Simd::kAvx2) GTEST_SKIP() << "this processor has no AVX2";
  expect_twins<Fp16>();
  expect_twins<Bf16>();
  expect_twins<Fp8E4M3>();
  expect_twins<Fp8E5M2>();
}

TEST(CompressionCasts, CodesAreOneAfterAnotherLittleEndian) {
  const std::vector<float> values = {1, -2};
  Encoded half;
  Registry<Codec>::get("fp16", "codec").make_quantiser({})->encode(values, half);
  EXPECT_EQ(half, (Encoded{std::byte{0x00}, std::byte{0x3c}, std::byte{0x00}, std::byte{0xc0}}));
  Encoded brain;
  Registry<Codec>::get("bf16", "codec").make_quantiser({})->encode(values, brain);
  EXPECT_EQ(brain, (Encoded{std::byte{0x80}, std::byte{0x3f}, std::byte{0x00}, std::byte{0xc0}}));
}

TEST(CompressionCasts, TheLargestMagnitudeOfATensorBecomesTheLargestOfTheFormat) {
  for (const auto& [name, largest] : {std::pair{"fp8_e4m3", 448.0F}, {"fp8_e5m2", 57344.0F}}) {
    const auto quantiser = Registry<Codec>::get(name, "codec").make_quantiser({});
    const std::vector<float> values = {0.5F, -3, 0, 0.25F};
    Encoded out;
    quantiser->encode(values, out);
    ASSERT_EQ(out.size(), 8U);
    EXPECT_EQ(WireReader(out).take<float>(), 3 / largest);
    std::vector<float> decoded(4);
    quantiser->decode(out, decoded);
    EXPECT_FLOAT_EQ(decoded[1], -3);
    EXPECT_EQ(decoded[2], 0);
  }
}

TEST(CompressionCasts, ATensorOfZerosHasTheScaleOne) {
  for (const char* name : {"fp8_e4m3", "fp8_e5m2", "int8_shared", "int8", "int4"}) {
    Encoded out;
    Registry<Codec>::get(name, "codec").make_quantiser({})->encode(std::vector<float>(5), out);
    EXPECT_EQ(WireReader(out).take<float>(), 1) << name;
  }
}

}  // namespace
}  // namespace commsim::compression_casts_test
