// Packers lose nothing, come near to the entropy, and are safe against any bytes.
#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "core/random.hpp"

namespace commsim::compression_packers_test {
namespace {

using testing::HasSubstr;

constexpr std::array kPackers = {"huffman", "bwt", "zstd"};

std::unique_ptr<Packer> make(const char* name, const CodecParameters& parameters = {}) {
  return Registry<Codec>::get(name, "codec").make_packer(parameters);
}

Encoded packed(const char* name, std::span<const std::byte> in) {
  Encoded out;
  make(name)->pack(in, out);
  return out;
}

enum class Kind { kRandom, kSkewed, kZero, kRepeated };

Encoded bytes_of(Kind kind, std::size_t count) {
  Random random(count + 1);
  Encoded bytes(count, std::byte{0});
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t word = random.next();
    if (kind == Kind::kRandom) bytes[i] = static_cast<std::byte>(word);
    // Powers of two that no Huffman code meets: each symbol half as often as the one before, to
    // 4/7.
    if (kind == Kind::kSkewed) {
      bytes[i] = static_cast<std::byte>(std::log(random.unit() + 1e-12) / std::log(4.0 / 7));
    }
    if (kind == Kind::kRepeated) bytes[i] = static_cast<std::byte>(i * 37 % 11);
  }
  return bytes;
}

double entropy_of(const Encoded& bytes) {
  std::array<double, 256> counts{};
  for (const std::byte byte : bytes) ++counts.at(std::to_integer<std::size_t>(byte));
  double bits = 0;
  for (const double count : counts) {
    const double chance = count / static_cast<double>(bytes.size());
    if (count > 0) bits -= chance * std::log2(chance);
  }
  return bits;
}

TEST(CompressionPackers, LevelsOfEffortOutOfRangeAreRefused) {
  for (const std::int64_t level : {0, -5, 20}) {
    try {
      make("zstd", {.level = level});
      ADD_FAILURE() << level;
    } catch (const RequestError& error) {
      EXPECT_THAT(error.what(), HasSubstr("it must be 1 to 19"));
    }
  }
}

TEST(CompressionPackers, LoseNothingAtAnySize) {
  constexpr std::array kKinds = {Kind::kRandom, Kind::kSkewed, Kind::kZero, Kind::kRepeated};
  for (const char* name : kPackers) {
    const auto packer = make(name);
    // libbz2 sets up some hundred thousand entries for each message.
    const std::size_t step = std::string(name) == "bwt" ? 31 : 1;
    for (std::size_t size = 0; size <= 4097; size += size < 64 ? 1 : step) {
      const auto bytes = bytes_of(kKinds[size % kKinds.size()], size);
      Encoded out(3, std::byte{1});
      packer->pack(bytes, out);
      Encoded unpacked(size);
      packer->unpack(std::span(out).subspan(3), unpacked);
      ASSERT_EQ(unpacked, bytes) << name << " " << size;
    }
  }
}

TEST(CompressionPackers, LoseNothingOfMessagesLargerThanTheirBlocks) {
  for (const char* name : kPackers) {
    for (const Kind kind : {Kind::kSkewed, Kind::kZero}) {
      const auto bytes = bytes_of(kind, 1'000'003);
      Encoded unpacked(bytes.size());
      make(name)->unpack(packed(name, bytes), unpacked);
      EXPECT_TRUE(unpacked == bytes) << name;
    }
  }
}

TEST(CompressionPackers, HuffmanIsWithinOneBitOfTheEntropy) {
  const auto bytes = bytes_of(Kind::kSkewed, 1'000'000);
  const double bits = 8.0 * static_cast<double>(packed("huffman", bytes).size()) / 1e6;
  const double entropy = entropy_of(bytes);
  EXPECT_GE(bits, entropy);
  EXPECT_LT(bits, entropy + 1);
  EXPECT_LT(bits, entropy + 0.1);  // no byte has more than half of the chance
}

TEST(CompressionPackers, HuffmanSeesNoRepetitionsAndTheOthersDo) {
  const auto bytes = bytes_of(Kind::kRepeated, 100'000);
  EXPECT_GT(packed("huffman", bytes).size(), 40'000U);
  EXPECT_LT(packed("zstd", bytes).size(), 1000U);
  EXPECT_LT(packed("bwt", bytes).size(), 1000U);
}

TEST(CompressionPackers, MoreEffortMakesNoLongerMessages) {
  const auto bytes = bytes_of(Kind::kSkewed, 200'000);
  Encoded little;
  Encoded much;
  make("zstd", {.level = 1})->pack(bytes, little);
  make("zstd", {.level = 19})->pack(bytes, much);
  EXPECT_LE(much.size(), little.size());
}

TEST(CompressionPackers, RandomBytesGrowALittleOnly) {
  const auto bytes = bytes_of(Kind::kRandom, 100'000);
  EXPECT_LT(packed("huffman", bytes).size(), 100'100U);
  EXPECT_LT(packed("zstd", bytes).size(), 100'100U);
  EXPECT_LT(packed("bwt", bytes).size(), 101'000U);
}

TEST(CompressionPackers, AMessageOfAnotherSizeIsRefused) {
  for (const char* name : kPackers) {
    for (const std::size_t size : {1U, 100U, 5000U, 1'000'000U}) {
      const auto out = packed(name, bytes_of(Kind::kZero, size));
      for (const std::size_t wrong : {std::size_t{0}, size - 1, size + 1, 2 * size + 1}) {
        Encoded unpacked(wrong);
        EXPECT_THAT([&] { return make(name)->unpack(out, unpacked); },
                    testing::Throws<DecodeError>())
            << name << " " << wrong;
      }
    }
  }
}

TEST(CompressionPackers, WhatIsCutOffOrAddedIsRefused) {
  for (const char* name : kPackers) {
    const auto bytes = bytes_of(Kind::kSkewed, 300);
    const auto out = packed(name, bytes);
    Encoded unpacked(bytes.size());
    for (std::size_t length = 0; length < out.size(); ++length) {
      EXPECT_THAT([&] { return make(name)->unpack(std::span(out).first(length), unpacked); },
                  testing::Throws<DecodeError>())
          << name;
    }
    Encoded longer = out;
    longer.push_back(std::byte{0});
    EXPECT_THAT([&] { return make(name)->unpack(longer, unpacked); },
                testing::Throws<DecodeError>())
        << name;
  }
}

TEST(CompressionPackers, AnyBytesUnpackToSomethingOrAreRefused) {
  for (const char* name : kPackers) {
    const auto out = packed(name, bytes_of(Kind::kSkewed, 300));
    Random random(8);
    std::size_t refused = 0;
    for (int i = 0; i < 500; ++i) {
      Encoded changed = i % 2 == 0 ? bytes_of(Kind::kRandom, random.below(100)) : out;
      if (i % 2 == 1) changed[random.below(changed.size())] ^= std::byte{0x10};
      Encoded unpacked(300);
      try {
        make(name)->unpack(changed, unpacked);
      } catch (const DecodeError&) {
        ++refused;
      }
    }
    EXPECT_GE(refused, 250U) << name;  // what is random, at least
  }
}

}  // namespace
}  // namespace commsim::compression_packers_test
