// What the probe checks its codec kernels against, held to the messages of the codecs themselves.
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "calibrate/probe/host/codec_check.hpp"
#include "calibrate/probe/host/codec_data.hpp"
#include "calibrate/probe/host/codec_reference.hpp"
#include "calibrate/probe/host/sparse_reference.hpp"
#include "collectives/compression/codec.hpp"

namespace commsim::probe_codecs_test {
namespace {

using probe::codec_data;
using probe::Message;
using probe::Sparse;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Message encoded(const std::string& codec, std::span<const float> values) {
  Encoded out;
  Registry<Codec>::get(codec, "codec").make_quantiser({})->encode(values, out);
  Message message(out.size());
  std::transform(out.begin(), out.end(), message.begin(),
                 [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return message;
}

std::vector<float> decoded(const std::string& codec, const Message& message, std::size_t count) {
  std::vector<float> values(count);
  Registry<Codec>::get(codec, "codec")
      .make_quantiser({})
      ->decode(std::as_bytes(std::span(message)), values);
  return values;
}

// Positions of the bits or indices that a sparsifier writes beside what it keeps.
std::vector<std::uint32_t> positions_of(const Encoded& side, std::size_t kept, std::size_t count) {
  WireReader reader(side);
  std::vector<std::uint32_t> positions;
  if (reader.take<std::uint8_t>() == 0) {
    positions.resize(kept);
    reader.take_all(std::span(positions));
    return positions;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if ((std::to_integer<unsigned>(side[1 + i / 8]) >> (i % 8) & 1U) != 0) {
      positions.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return positions;
}

Sparse reduced(const std::string& codec, const CodecParameters& parameters,
               const std::vector<float>& values) {
  Sparse sparse;
  Encoded side;
  Registry<Codec>::get(codec, "codec")
      .make_reducer(parameters)
      ->reduce(TensorView::vector(values), sparse.values, side);
  sparse.positions = positions_of(side, sparse.values.size(), values.size());
  return sparse;
}

// All bits of single precision in turn, with steps that no format's mantissa divides.
std::vector<float> all_kinds_of_numbers() {
  std::vector<float> values;
  constexpr std::uint64_t kStep = std::uint64_t{65521} * 5;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32U; bits += kStep) {
    values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  return values;
}

// Half way between neighbours of each format, and one step of single precision beside it.
std::vector<float> ties() {
  std::vector<float> values;
  for (const int mantissa : {3, 7, 10}) {
    for (std::uint32_t exponent = 1; exponent < 255; ++exponent) {
      for (std::uint32_t code = 0; code < 4; ++code) {
        const auto half = std::uint32_t{1} << static_cast<unsigned>(22 - mantissa);
        const std::uint32_t tie = exponent << 23U | (2 * code + 1) * half;
        for (const std::uint32_t bits : {tie - 1, tie, tie + 1, tie | 0x80000000U}) {
          values.push_back(std::bit_cast<float>(bits));
        }
      }
    }
  }
  return values;
}

// As many numbers of each kind as there are, in tensors of that many.
std::vector<std::vector<float>> tensors() {
  std::vector<std::vector<float>> all = {
      {kNan},
      {-0.0F},
      {1e-45F, -1e-40F, 1e-38F},
      {3.4e38F, -3.4e38F, 1},
      {kInfinity, 1, -1},
      std::vector<float>(300, 0.0F),
      std::vector<float>(300, -kInfinity),
      std::vector<float>(300, kNan),
      all_kinds_of_numbers(),
      ties(),
  };
  for (std::size_t count = 0; count <= 600; ++count) {
    all.push_back(codec_data(count, count + 1, count % 2 == 1));
  }
  all.push_back(codec_data(40000, 7, true));
  return all;
}

void expect_message_of(const std::string& codec, const std::vector<float>& values) {
  const Message expected = encoded(codec, values);
  const Message found = probe::encode_reference(codec, values);
  ASSERT_EQ(found.size(), probe::message_bytes(codec, values.size())) << codec;
  // The last bits of a mean may differ.
  const bool alike = codec == "one_bit"
                         ? probe::message_fault(codec, expected, found, values.size()).empty()
                         : expected == found;
  ASSERT_TRUE(alike) << codec << ' ' << values.size();
}

// A message with every code that a cast can write.
Message every_code(bool narrow) {
  Message message;
  if (narrow) probe::append(message, 0.75F);
  for (std::uint32_t code = 0; code < (narrow ? 0x100U : 0x10000U); ++code) {
    if (narrow) {
      probe::append(message, static_cast<std::uint8_t>(code));
    } else {
      probe::append(message, static_cast<std::uint16_t>(code));
    }
  }
  return message;
}

// What is kept stands where it stood, and all else is zero.
void expect_spread(const Sparse& found, const std::vector<float>& dense) {
  const auto bits = [](float x) { return std::bit_cast<std::uint32_t>(x); };
  for (std::size_t i = 0; i < found.positions.size(); ++i) {
    ASSERT_EQ(bits(dense[found.positions[i]]), bits(found.values[i]));
  }
  ASSERT_LE(std::count_if(dense.begin(), dense.end(), [](float x) { return x != 0; }),
            static_cast<std::ptrdiff_t>(found.positions.size()));
}

std::string bits_fault(const std::vector<float>& expected, const std::vector<float>& found) {
  return probe::number_fault(expected, found);
}

TEST(ProbeCodecs, ANameOfNoCodecIsRefused) {
  EXPECT_THROW(probe::encode_reference("top_k", {}), std::invalid_argument);
  EXPECT_THROW(probe::message_bytes("int7", 1), std::invalid_argument);
  EXPECT_THROW(probe::message_fault("int7", {}, {}, 0), std::invalid_argument);
}

TEST(ProbeCodecs, MessagesAreThoseOfTheCodecsBitForBit) {
  for (const std::string& codec : probe::dense_codecs()) {
    for (const auto& values : tensors()) {
      expect_message_of(codec, values);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(ProbeCodecs, MessagesAreReadAsTheCodecsReadThem) {
  for (const std::string& codec : probe::dense_codecs()) {
    for (const auto& values : tensors()) {
      const Message message = encoded(codec, values);
      ASSERT_THAT(bits_fault(decoded(codec, message, values.size()),
                             probe::decode_reference(codec, message, values.size())),
                  IsEmpty())
          << codec << ' ' << values.size();
    }
  }
}

TEST(ProbeCodecs, EveryCodeOfACastIsReadAsTheCodecReadsIt) {
  for (const std::string codec : {"fp16", "bf16", "fp8_e4m3"}) {
    const bool narrow = codec == "fp8_e4m3";
    const Message message = every_code(narrow);
    const std::size_t count = narrow ? 0x100 : 0x10000;
    EXPECT_THAT(
        bits_fault(decoded(codec, message, count), probe::decode_reference(codec, message, count)),
        IsEmpty())
        << codec;
  }
}

TEST(ProbeCodecs, WhatIsAboveAThresholdIsWhatTheCodecKeeps) {
  for (const float tau : {0.0F, 1e-40F, probe::kCodecThreshold, 3e38F}) {
    for (const auto& values : tensors()) {
      const Sparse expected = reduced("threshold", {.threshold = tau}, values);
      ASSERT_THAT(probe::sparse_fault(expected, probe::keep_above(values, tau)), IsEmpty());
    }
  }
}

TEST(ProbeCodecs, TheLargestAreThoseThatTheCodecKeeps) {
  for (const auto& values : tensors()) {
    const Sparse expected = reduced("top_k", {.density = 0.01}, values);
    const Sparse found = probe::keep_largest(values, probe::top_k_kept(values.size()));
    ASSERT_THAT(probe::sparse_fault(expected, found), IsEmpty()) << values.size();
    expect_spread(found, probe::spread(found, values.size()));
    if (HasFatalFailure()) return;
  }
}

TEST(ProbeCodecData, AboutOneInAHundredIsAboveTheThresholdAndFewerThanOneInAThousandIsSpecial) {
  constexpr std::size_t kCount = 1U << 20U;
  const auto plain = codec_data(kCount, 1, false);
  const double kept =
      static_cast<double>(probe::keep_above(plain, probe::kCodecThreshold).values.size());
  EXPECT_NEAR(kept / kCount, 0.01, 0.001);
  EXPECT_TRUE(std::all_of(plain.begin(), plain.end(), [](float x) { return std::isfinite(x); }));
  const auto special = codec_data(kCount, 1, true);
  const auto finite = [](float x) { return std::isfinite(x); };
  const auto others =
      kCount - static_cast<std::size_t>(std::count_if(special.begin(), special.end(), finite));
  EXPECT_GT(others, 0U);
  EXPECT_LT(others, kCount / 1000);
}

// Each codec's message with one thing wrong in it.
TEST(ProbeCodecCheck, TheFirstElementThatDiffersIsNamed) {
  const auto values = codec_data(300, 3, false);
  const auto fault = [&](const std::string& codec, std::size_t at) {
    const Message right = probe::encode_reference(codec, values);
    Message wrong = right;
    wrong[at] = static_cast<std::uint8_t>(wrong[at] ^ 1U);
    if (at + 1 < wrong.size()) wrong.back() = static_cast<std::uint8_t>(wrong.back() ^ 1U);
    return probe::message_fault(codec, right, wrong, values.size());
  };
  struct Wrong {
    const char* codec;
    std::size_t at;
    const char* named;
  };
  const std::vector<Wrong> all = {{"fp16", 34, "the code of element 17 is 0x"},
                                  {"bf16", 35, "the code of element 17 is 0x"},
                                  {"fp8_e4m3", 0, "the scale at byte 0 is 0x"},
                                  {"fp8_e4m3", 4 + 17, "the code of element 17 is 0x"},
                                  {"int8", 260, "the scale at byte 260 is 0x"},
                                  {"int8", 264 + 4, "the code of element 260 is 0x"},
                                  {"int4", 68 + 4 + 1, "the code of element 130 is 0x"},
                                  {"one_bit", 3, "the scale at byte 0 is 0x"},
                                  {"one_bit", 4 + 2, "the sign of element 16 is 0x"}};
  for (const auto& [codec, at, named] : all) EXPECT_THAT(fault(codec, at), StartsWith(named));
  EXPECT_THAT(probe::message_fault("fp16", {0, 0}, {0}, 1), HasSubstr("1 bytes instead of 2"));
}

TEST(ProbeCodecCheck, NanIsNanWhateverItsBitsAre) {
  EXPECT_THAT(probe::message_fault("fp16", {0x00, 0x7e}, {0xff, 0xff}, 1), IsEmpty());
  EXPECT_THAT(probe::message_fault("fp16", {0x00, 0x7e}, {0x00, 0x7c}, 1), HasSubstr("0x7c00"));
  EXPECT_THAT(probe::number_fault({kNan}, {-kNan}), IsEmpty());
  EXPECT_THAT(probe::number_fault({0.0F}, {-0.0F}), HasSubstr("element 0 is 0x80000000"));
}

TEST(ProbeCodecCheck, AMeanMayDifferInItsLastBits) {
  const auto mean = [](float value) {
    Message message;
    probe::append(message, value);
    message.push_back(1);
    return message;
  };
  const auto fault = [&](float right, float wrong) {
    return probe::message_fault("one_bit", mean(right), mean(wrong), 1);
  };
  EXPECT_THAT(fault(1, 1 + 9e-6F), IsEmpty());
  EXPECT_THAT(fault(1, 1 + 2e-5F), HasSubstr("scale"));
  EXPECT_THAT(fault(1, kNan), HasSubstr("scale"));
  EXPECT_THAT(fault(kNan, kNan), IsEmpty());
}

TEST(ProbeCodecCheck, WhatIsKeptElsewhereOrMissingIsNamed) {
  const Sparse right{{1, 5}, {2, 3}};
  EXPECT_THAT(probe::sparse_fault(right, {{1, 6}, {2, 3}}),
              HasSubstr("kept element 1 is of position 6 instead of 5"));
  EXPECT_THAT(probe::sparse_fault(right, {{1}, {2}}), HasSubstr("1 elements instead of 2"));
  EXPECT_THAT(probe::sparse_fault(right, {{1, 5}, {2, 4}}), HasSubstr("kept: element 1 is 0x"));
  EXPECT_THAT(probe::sparse_fault(right, right), IsEmpty());
}

}  // namespace
}  // namespace commsim::probe_codecs_test
