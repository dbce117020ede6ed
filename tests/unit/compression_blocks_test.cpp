// Quantisers to integers and to signs: layout, limits, refusals.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "collectives/compression/block_quantiser.hpp"
#include "collectives/compression/codec.hpp"
#include "core/random.hpp"

namespace commsim::compression_blocks_test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::unique_ptr<Quantiser> make(const char* name, const CodecParameters& parameters) {
  return Registry<Codec>::get(name, "codec").make_quantiser(parameters);
}

Encoded encoded(const char* name, const CodecParameters& parameters,
                const std::vector<float>& values) {
  Encoded out;
  make(name, parameters)->encode(values, out);
  return out;
}

std::vector<float> round_trip(const char* name, const CodecParameters& parameters,
                              const std::vector<float>& values) {
  std::vector<float> decoded(values.size());
  make(name, parameters)->decode(encoded(name, parameters, values), decoded);
  return decoded;
}

void expect_refused(const char* name, const CodecParameters& parameters, const char* text) {
  try {
    make(name, parameters);
    ADD_FAILURE() << name << " takes what it cannot do";
  } catch (const RequestError& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

TEST(CompressionBlocks, BlocksOutOfRangeAreRefused) {
  for (const char* name : {"int8", "int4", "one_bit", "qsgd"}) {
    expect_refused(name, {.block = 0}, "block is 0; it must be 1 to 1048576");
    expect_refused(name, {.block = -1}, "block is -1");
    expect_refused(name, {.block = 1048577}, "block is 1048577");
  }
}

TEST(CompressionBlocks, MoreRanksThanAByteCanSumAreRefused) {
  expect_refused("int8_shared", {.ranks = 128}, "a byte, which holds -127 to 127");
  expect_refused("int8_shared", {.ranks = 0}, "at least 1 rank");
}

TEST(CompressionBlocks, ScalesOutOfRangeAreRefused) {
  expect_refused("rounded", {}, "needs scale");
  for (const double scale : {0.0, -1.0, 1e31, std::nan(""), HUGE_VAL}) {
    expect_refused("rounded", {.scale = scale}, "more than 0");
  }
}

TEST(CompressionBlocks, ABlockIsItsScaleAndItsCodes) {
  const std::vector<float> values(1000, 1.5F);
  EXPECT_EQ(encoded("int8", {}, values).size(), 1000U + 4 * 4);
  EXPECT_EQ(encoded("int8", {.block = 64}, values).size(), 1000U + 16 * 4);
  EXPECT_EQ(encoded("int4", {}, values).size(), 500U + 8 * 4);
  EXPECT_EQ(encoded("int4", {.block = 3}, values).size(), 333 * (4U + 2) + 4 + 1);
  EXPECT_EQ(encoded("one_bit", {}, values).size(), 125U + 4);
  EXPECT_EQ(encoded("one_bit", {.block = 100}, values).size(), 10 * (13U + 4));
  EXPECT_EQ(encoded("int8_shared", {}, values).size(), 1004U);
}

TEST(CompressionBlocks, TheFirstOfTwoStandsInTheLowerHalfOfAByte) {
  const auto bytes = encoded("int4", {}, {7, -7, 3});
  WireReader reader(bytes);
  EXPECT_EQ(reader.take<float>(), 1);
  EXPECT_EQ(reader.take<std::uint8_t>(), 0x97);
  EXPECT_EQ(reader.take<std::uint8_t>(), 0x03);
}

TEST(CompressionBlocks, EachBlockHasItsOwnPrecision) {
  const auto decoded = round_trip("int8", {.block = 2}, {1000, 500, 0.01F, 0.005F});
  EXPECT_NEAR(decoded[1], 500, 1000.0 / 253);
  EXPECT_NEAR(decoded[3], 0.005, 0.01 / 253);
}

void expect_the_second_poisoned(const std::vector<float>& decoded) {
  EXPECT_THAT(std::vector<float>(decoded.begin() + 2, decoded.begin() + 4), Each(IsNan()));
  EXPECT_EQ(decoded[0], decoded[5]);
  EXPECT_GT(decoded[0], 0.7F);
}

TEST(CompressionBlocks, WhatIsNoNumberPoisonsItsBlockOnly) {
  for (const char* name : {"int8", "int4", "one_bit", "qsgd"}) {
    SCOPED_TRACE(name);
    for (const float bad : {kNan, HUGE_VALF, -HUGE_VALF}) {
      expect_the_second_poisoned(round_trip(name, {.block = 2}, {1, 1, 1, bad, 1, 1}));
    }
  }
}

TEST(CompressionBlocks, BothCompilationsOfAKernelWriteTheSame) {
  if (this_processor() != Simd::kAvx2) GTEST_SKIP() << "this processor has no AVX2";
  Random random(5);
  std::vector<float> values(5000);
  for (float& value : values) value = static_cast<float>(random.unit() - 0.5);
  values[77] = kNan;
  const auto expect_twins = [&]<typename Codes>(Codes /*codes*/) {
    Encoded portable(values.size() * 5, std::byte{0});
    Encoded wide(values.size() * 5, std::byte{0});
    run<EncodeBlocks<Codes>>(Simd::kPortable, values.data(), values.size(), std::size_t{100},
                             portable.data());
    run<EncodeBlocks<Codes>>(Simd::kAvx2, values.data(), values.size(), std::size_t{100},
                             wide.data());
    EXPECT_EQ(portable, wide);
  };
  expect_twins(ByteCodes{});
  expect_twins(NibbleCodes{});
}

TEST(CompressionBlocks, TheSumOfAllRanksFitsAByteAndIsTheSumOfTheirNumbers) {
  for (const std::int64_t ranks : {1, 2, 3, 16, 63, 64, 127}) {
    const auto bytes = encoded("int8_shared", {.ranks = ranks}, {1, -1, 0.5F, 0.125F});
    WireReader reader(bytes);
    const auto scale = reader.take<float>();
    std::vector<std::int8_t> codes(4);
    reader.take_all(std::span(codes));
    EXPECT_EQ(codes[0], 127 / ranks);
    EXPECT_EQ(codes[1], -(127 / ranks));
    // All ranks send the same: their sum, byte by byte, decodes to `ranks` times as much.
    Encoded sum;
    put(sum, scale);
    for (const std::int8_t code : codes) put(sum, static_cast<std::int8_t>(code * ranks));
    std::vector<float> decoded(4);
    make("int8_shared", {.ranks = ranks})->decode(sum, decoded);
    EXPECT_FLOAT_EQ(decoded[0], static_cast<float>(ranks));
  }
}

TEST(CompressionBlocks, ANumberThatIsNoneMakesASharedScaleNan) {
  EXPECT_THAT(round_trip("int8_shared", {}, {1, HUGE_VALF, 2}), Each(IsNan()));
}

TEST(CompressionBlocks, OneBitIsTheSignOfTheMeanMagnitude) {
  EXPECT_THAT(round_trip("one_bit", {}, {1, -2, 0, -0.0F, 7}), ElementsAre(2, -2, 2, 2, 2));
  const auto bytes = encoded("one_bit", {}, {1, -2, 0, -0.0F, -7, 2, 2, 2, -2});
  EXPECT_EQ(bytes[4], std::byte{0b10010});
  EXPECT_EQ(bytes[5], std::byte{0b1});
}

TEST(CompressionBlocks, RoundedIsTheNearestMultipleAndHalfGoesAwayFromZero) {
  const auto bytes = encoded("rounded", {.scale = 0.1}, {1.234F});
  EXPECT_EQ(bytes, (Encoded{std::byte{1}, std::byte{12}}));
  EXPECT_THAT(round_trip("rounded", {.scale = 1.0}, {0.5F, -0.5F, 1.5F, -2.5F, 0.49999997F}),
              ElementsAre(1, -1, 2, -3, 0));
}

TEST(CompressionBlocks, RoundedIsAsStdRoundHasIt) {
  Random random(9);
  std::vector<float> values(100'000);
  for (float& value : values) value = static_cast<float>((random.unit() - 0.5) * 2000);
  for (const double scale : {1.0, 0.5, 0.1, 1.0 / 3, 123.0}) {
    const auto decoded = round_trip("rounded", {.scale = scale}, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double expected = std::round(static_cast<double>(values[i]) / scale) * scale;
      ASSERT_EQ(decoded[i], static_cast<float>(expected)) << values[i];
    }
  }
}

TEST(CompressionBlocks, RoundedTakesTheFewestBytesThatHoldAll) {
  const CodecParameters unit{.scale = 1.0};
  EXPECT_EQ(encoded("rounded", unit, {-127, 127.4F}).size(), 1 + 2 * 1U);
  EXPECT_EQ(encoded("rounded", unit, {-127.5F}).size(), 1 + 2U);
  EXPECT_EQ(encoded("rounded", unit, {32767.25F}).size(), 1 + 2U);
  EXPECT_EQ(encoded("rounded", unit, {-32767.5F}).size(), 1 + 4U);
  EXPECT_EQ(encoded("rounded", unit, {kNan, 3, HUGE_VALF}).size(), 1 + 3 * 1U);
}

TEST(CompressionBlocks, RoundedMakesNanOfWhatItCannotHold) {
  for (const float largest : {1.0F, 1000.0F, 100000.0F}) {
    const auto decoded = round_trip("rounded", {.scale = 1.0}, {largest, kNan, -HUGE_VALF});
    EXPECT_EQ(decoded[0], largest);
    EXPECT_THAT(decoded[1], IsNan());
    EXPECT_THAT(decoded[2], IsNan());
  }
}

TEST(CompressionBlocks, RoundedMakesNanOfWhatNoIntegerHolds) {
  const auto decoded =
      round_trip("rounded", {.scale = 1.0}, {2147483520.0F, -2147483648.0F, 1e30F});
  EXPECT_EQ(decoded[0], 2147483520.0F);
  EXPECT_THAT(decoded[1], IsNan());
  EXPECT_THAT(decoded[2], IsNan());
  EXPECT_THAT(round_trip("rounded", {.scale = 1e-320}, {1, -1e38F}), Each(IsNan()));
}

TEST(CompressionBlocks, ExponentCodingKeepsBfloat16AsItIs) {
  Random random(4);
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += random.unit() - 0.5;
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(sum * 0.02));
    values.push_back(std::bit_cast<float>(bits & 0xffff0000U));
  }
  EXPECT_EQ(round_trip("bf16_exponent", {}, values), values);
  // About 30 % less than 16 bits, as published for weights, which are normal as these.
  const double bits =
      8.0 * static_cast<double>(encoded("bf16_exponent", {}, values).size()) / 20000;
  EXPECT_LT(bits, 11.5);
  EXPECT_GT(bits, 10);
}

}  // namespace
}  // namespace commsim::compression_blocks_test
