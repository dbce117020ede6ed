// Positions on the wire: the smaller form, and nothing but what the writer can have written.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "collectives/compression/reducers/support.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim::compression_support_test {
namespace {

Encoded written(const std::vector<std::uint32_t>& positions, std::size_t elements) {
  Encoded side;
  write_support(positions, elements, side);
  return side;
}

void expect_hostile(std::size_t kept, const Encoded& side, std::size_t elements) {
  const std::vector<float> values(kept, 1.0F);
  std::vector<float> tensor(elements);
  EXPECT_THROW(scatter(values, side, tensor), DecodeError);
}

Encoded by_index(const std::vector<std::uint32_t>& positions) {
  const auto bytes = std::as_bytes(std::span(positions));
  Encoded side(1 + bytes.size(), std::byte{0});
  std::copy(bytes.begin(), bytes.end(), side.begin() + 1);
  return side;
}

TEST(Support, RefusesMoreElementsThanIndicesCanName) {
  EXPECT_NO_THROW(check_support(std::size_t{1} << 32U));
  EXPECT_THROW(check_support((std::size_t{1} << 32U) + 1), RequestError);
  Encoded side;
  EXPECT_THROW(write_support({}, (std::size_t{1} << 32U) + 1, side), RequestError);
  EXPECT_TRUE(side.empty());
}

TEST(Support, RefusesIndicesThatNobodyWrote) {
  constexpr std::size_t kElements = 1000;
  EXPECT_EQ(by_index({5, 999}), written({5, 999}, kElements)) << "what is changed below";
  expect_hostile(2, by_index({5, 1000}), kElements);
  expect_hostile(2, by_index({5, 0xffffffff}), kElements);
  expect_hostile(2, by_index({5, 5}), kElements);
  expect_hostile(2, by_index({6, 5}), kElements);
  expect_hostile(2, by_index({5}), kElements);
  expect_hostile(2, by_index({5, 6, 7}), kElements);
  expect_hostile(2, {}, kElements);
  Encoded unknown = by_index({5, 999});
  for (const unsigned tag : {1U, 2U, 255U}) {
    unknown.front() = static_cast<std::byte>(tag);
    expect_hostile(2, unknown, kElements);
  }
}

TEST(Support, RefusesBitmapsThatNobodyWrote) {
  std::vector<std::uint32_t> all(70);
  std::iota(all.begin(), all.end(), 0U);
  const Encoded side = written(all, 75);
  ASSERT_EQ(side.size(), 1 + 10);
  expect_hostile(69, side, 75);
  expect_hostile(71, side, 75);
  expect_hostile(76, side, 75);
  expect_hostile(70, side, 100);
  Encoded outside = side;
  outside[1] = std::byte{0xfe};   // element 0 is not kept
  outside[10] = std::byte{0x80};  // 79 is, which is no element
  expect_hostile(70, outside, 75);
  Encoded longer = side;
  longer.push_back(std::byte{0});
  expect_hostile(70, longer, 75);
  Encoded shorter = side;
  shorter.pop_back();
  expect_hostile(70, shorter, 75);
  expect_hostile(70, by_index(all), 75);
}

TEST(Support, OfRandomBytesIsRefusedOrRead) {
  Random random(11);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t elements = random.below(200);
    const std::vector<float> kept(random.below(elements + 2), 1.0F);
    Encoded side(random.below(40));
    for (std::byte& byte : side) byte = static_cast<std::byte>(random.below(4));
    std::vector<float> tensor(elements);
    try {
      scatter(kept, side, tensor);
      EXPECT_EQ(std::accumulate(tensor.begin(), tensor.end(), 0.0F),
                static_cast<float>(kept.size()));
    } catch (const DecodeError&) {
      continue;
    }
  }
}

TEST(Support, IsWrittenInTheSmallerForm) {
  constexpr std::size_t kElements = 3200;  // bits win above 100 of them
  for (const std::size_t count : {0U, 1U, 99U, 100U, 101U, 3200U}) {
    std::vector<std::uint32_t> positions(count);
    std::iota(positions.begin(), positions.end(), 0U);
    const Encoded side = written(positions, kElements);
    EXPECT_EQ(side.size(), 1 + std::min<std::size_t>(4 * count, 400));
    EXPECT_EQ(side.size(), support_size(count, kElements));
    EXPECT_EQ(side.front(), std::byte{count > 100}) << count;
  }
}

TEST(Support, IsReadBackForEverySizeAndDensity) {
  Random random(3);
  for (std::size_t elements = 0; elements < 300; ++elements) {
    for (const double density : {0.0, 0.02, 0.03, 0.5, 0.97, 1.0}) {
      std::vector<std::uint32_t> positions;
      std::vector<float> expected(elements);
      std::vector<float> kept;
      for (std::size_t i = 0; i < elements; ++i) {
        if (random.unit() >= density) continue;
        positions.push_back(static_cast<std::uint32_t>(i));
        kept.push_back(static_cast<float>(kept.size() + 1));
        expected[i] = kept.back();
      }
      std::vector<float> tensor(elements, -1.0F);
      scatter(kept, written(positions, elements), tensor);
      ASSERT_EQ(tensor, expected);
    }
  }
}

}  // namespace
}  // namespace commsim::compression_support_test
