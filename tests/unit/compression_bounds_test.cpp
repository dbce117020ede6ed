// What the registered quantisers claim of their error, for every size and all kinds of numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "collectives/compression/codec.hpp"
#include "core/random.hpp"

namespace commsim::compression_bounds_test {
namespace {

constexpr std::size_t kMost = 4097;
constexpr double kNever = std::numeric_limits<double>::infinity();

// What bounds are made of: a block, or what is finite of a tensor.
struct Block {
  double largest = 0;
  double norm = 0;
  bool finite = true;
};

enum class Bad {
  kOwn,    // what is no number stays none, or becomes NaN
  kBlock,  // and takes its block with it
};

struct Claim {
  const char* name;
  CodecParameters parameters;
  std::size_t block;  // 0: the tensor
  Bad bad;
  double (*bound)(const Block& block, double magnitude);  // kNever: infinity of that sign, or NaN
};

double of_e4m3(const Block& block, double magnitude) {
  return std::max({magnitude / 16, block.largest * 0x1p-18, 0x1p-135});
}
double of_e5m2(const Block& block, double magnitude) {
  return std::max({magnitude / 8, block.largest * 0x1p-32, 0x1p-142});
}
double of_fp16(const Block& /*block*/, double magnitude) {
  if (magnitude >= 65520) return kNever;
  return std::max(magnitude * 0x1p-11, 0x1p-25);
}
double of_bf16(const Block& /*block*/, double magnitude) {
  if (magnitude >= 0x1.ffp127) return kNever;
  return std::max(magnitude * 0x1p-8, 0x1p-134);
}
double of_int8(const Block& block, double /*magnitude*/) {
  return std::max(block.largest / 253, 0x1p-126);
}
double of_int4(const Block& block, double /*magnitude*/) {
  return std::max(block.largest / 13.99, 0x1p-126);
}
double of_int8_shared(const Block& block, double /*magnitude*/) {
  return std::max(block.largest / (1.99 * 15), 0x1p-126);
}
double of_one_bit(const Block& block, double /*magnitude*/) { return block.largest; }
double of_rounded(const Block& /*block*/, double magnitude) {
  if (magnitude >= 2147483647.5 * 1e-3) return kNever;
  return 0.5e-3 + magnitude * 0x1p-23;
}
double of_qsgd(const Block& block, double /*magnitude*/) {
  if (block.norm > 0x1.fffffep127) return kNever;
  return std::max(1.00001 * block.norm / 20, 0x1p-148);
}

const std::vector<Claim> kClaims = {
    {"none", {}, 0, Bad::kOwn, [](const Block&, double) { return 0.0; }},
    {"fp16", {}, 0, Bad::kOwn, of_fp16},
    {"bf16", {}, 0, Bad::kOwn, of_bf16},
    {"bf16_exponent", {}, 0, Bad::kOwn, of_bf16},
    {"fp8_e4m3", {}, 0, Bad::kOwn, of_e4m3},
    {"fp8_e5m2", {}, 0, Bad::kOwn, of_e5m2},
    {"int8", {}, 256, Bad::kBlock, of_int8},
    {"int8", {.block = 37}, 37, Bad::kBlock, of_int8},
    {"int4", {}, 128, Bad::kBlock, of_int4},
    {"int4", {.block = 7}, 7, Bad::kBlock, of_int4},
    {"int8_shared", {.ranks = 8}, 0, Bad::kBlock, of_int8_shared},
    {"rounded", {.scale = 1e-3}, 0, Bad::kOwn, of_rounded},
    {"one_bit", {}, 0, Bad::kBlock, of_one_bit},
    {"one_bit", {.block = 100}, 100, Bad::kBlock, of_one_bit},
    {"qsgd", {.levels = 20}, 0, Bad::kBlock, of_qsgd},
    {"qsgd", {.block = 100, .levels = 20}, 100, Bad::kBlock, of_qsgd},
};

float any_bits(Random& random) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(random.next() >> 32U));
}

// kMost numbers each.
std::vector<std::vector<float>> distributions() {
  Random random(11);
  std::vector<std::vector<float>> all(8, std::vector<float>(kMost));
  for (std::size_t i = 0; i < kMost; ++i) {
    const double bell = random.unit() + random.unit() + random.unit() - 1.5;
    const float any = any_bits(random);
    all[0][i] = static_cast<float>(1e-3 * bell);  // like gradients
    all[1][i] = std::isfinite(any) ? any : 0.0F;  // all magnitudes
    all[2][i] = 0;                                // zeros
    all[3][i] = 0.3F;                             // all equal
    all[4][i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(any) & 0x807fffffU);  // subnormal
    all[5][i] = static_cast<float>(bell * std::pow(random.unit() + 1e-9, -2));  // heavy tail
    all[6][i] = static_cast<float>(bell);  // with what is no number
    if (random.below(300) == 0) all[6][i] = std::numeric_limits<float>::quiet_NaN();
    if (random.below(300) == 0) all[6][i] = std::copysign(HUGE_VALF, all[6][i]);
    all[7][i] = i % 5 == 0 ? -0.0F : static_cast<float>(40.0 * bell);  // zeros between numbers
  }
  return all;
}

Block block_of(std::span<const float> values) {
  Block block;
  for (const float value : values) {
    if (!std::isfinite(value)) {
      block.finite = false;
      continue;
    }
    const double magnitude = std::abs(static_cast<double>(value));
    block.largest = std::max(block.largest, magnitude);
    block.norm += magnitude * magnitude;
  }
  block.norm = std::sqrt(block.norm);
  return block;
}

bool holds(const Claim& claim, const Block& block, float value, float decoded) {
  if (claim.bad == Bad::kBlock && !block.finite) return std::isnan(decoded);
  if (std::isnan(value)) return std::isnan(decoded);
  if (std::isinf(value)) return std::isnan(decoded) || decoded == value;
  const double bound = claim.bound(block, std::abs(static_cast<double>(value)));
  if (bound == kNever) return !std::isfinite(decoded) && !(decoded > 0 && value < 0);
  return std::abs(static_cast<double>(decoded) - static_cast<double>(value)) <= bound;
}

void expect_bound(const Claim& claim, Quantiser& quantiser, std::span<const float> values) {
  Encoded bytes;
  quantiser.encode(values, bytes);
  std::vector<float> decoded(values.size(), -77);
  quantiser.decode(bytes, decoded);
  const std::size_t length = claim.block == 0 ? kMost : claim.block;
  for (std::size_t first = 0; first < values.size(); first += length) {
    const std::size_t end = std::min(first + length, values.size());
    const Block block = block_of(values.subspan(first, end - first));
    for (std::size_t i = first; i < end; ++i) {
      if (holds(claim, block, values[i], decoded[i])) continue;
      FAIL() << claim.name << " makes " << decoded[i] << " of " << values[i] << ", element " << i
             << " of " << values.size();
    }
  }
}

TEST(CompressionBounds, HoldForEverySizeAndAllKindsOfNumbers) {
  const auto all = distributions();
  for (const Claim& claim : kClaims) {
    const Codec& codec = Registry<Codec>::get(claim.name, "codec");
    const auto quantiser = codec.make_quantiser(claim.parameters);
    // What is said of one length of blocks need not be repeated at length for another.
    const std::size_t most = claim.parameters.block ? 600 : kMost;
    for (std::size_t size = 0; size <= most && !testing::Test::HasFatalFailure(); ++size) {
      // Every size, and every kind of number at each eighth size; all kinds where sizes are small
      // or next to a multiple of a block.
      const bool edge = size < 20 || size % 256 < 2 || size % 256 == 255;
      for (std::size_t kind = 0; kind < all.size(); ++kind) {
        if (edge || kind == size % all.size()) {
          expect_bound(claim, *quantiser, std::span(all[kind]).first(size));
        }
      }
    }
    EXPECT_FALSE(codec.bound.empty());
  }
}

TEST(CompressionBounds, AreThereForEveryQuantiser) {
  for (const Codec* codec : Registry<Codec>::entries()) {
    if (codec->make_quantiser == nullptr) continue;
    EXPECT_TRUE(std::any_of(kClaims.begin(), kClaims.end(), [&](const Claim& claim) {
      return claim.name == codec->name;
    })) << codec->name;
  }
}

TEST(CompressionBounds, EncodingAppends) {
  const std::vector<float> values(300, 0.25F);
  for (const Claim& claim : kClaims) {
    const Codec& codec = Registry<Codec>::get(claim.name, "codec");
    Encoded alone;
    codec.make_quantiser(claim.parameters)->encode(values, alone);
    Encoded after(7, std::byte{9});
    codec.make_quantiser(claim.parameters)->encode(values, after);
    EXPECT_EQ(Encoded(after.begin(), after.begin() + 7), Encoded(7, std::byte{9})) << claim.name;
    EXPECT_EQ(Encoded(after.begin() + 7, after.end()), alone) << claim.name;
  }
}

TEST(CompressionBounds, MessagesOfFixedSizeDependOnTheNumberOfElementsOnly) {
  const auto all = distributions();
  for (const Claim& claim : kClaims) {
    const Codec& codec = Registry<Codec>::get(claim.name, "codec");
    if (!codec.fixed_size) continue;
    const auto quantiser = codec.make_quantiser(claim.parameters);
    for (const std::size_t size : {0U, 1U, 255U, 1000U}) {
      Encoded first;
      quantiser->encode(std::span(all[0]).first(size), first);
      for (const auto& values : all) {
        Encoded bytes;
        quantiser->encode(std::span(values).first(size), bytes);
        EXPECT_EQ(bytes.size(), first.size()) << claim.name;
      }
    }
  }
}

}  // namespace
}  // namespace commsim::compression_bounds_test
