#include "calibrate/probe/host/codec_data.hpp"

#include <limits>

namespace commsim::probe {
namespace {

constexpr std::size_t kBlock = 128;

// The generator splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014).
std::uint64_t random_bits(std::uint64_t state) {
  std::uint64_t z = state * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// The sum of four numbers below 2^16, from its middle: between -1/32 and 1/32.
float about_normal(std::uint64_t bits) {
  std::int32_t sum = 0;
  for (unsigned part = 0; part < 4; ++part) {
    sum += static_cast<std::int32_t>((bits >> (16U * part)) & 0xffffU);
  }
  constexpr std::int32_t kMiddle = 4 * 0xffff / 2;
  return static_cast<float>(sum - kMiddle) * 0x1p-22F;
}

float subnormal(std::uint64_t bits) {
  const auto steps = static_cast<float>(bits & 0xfffU);
  const float value = steps * std::numeric_limits<float>::denorm_min();
  return (bits >> 63U) != 0 ? -value : value;
}

float special(std::uint64_t bits) {
  if ((bits >> 62U) == 0) return std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  return (bits >> 63U) != 0 ? -infinity : infinity;
}

}  // namespace

std::vector<float> codec_data(std::size_t count, std::uint64_t seed, bool specials) {
  constexpr std::size_t kBlocksBetween = 67;
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bits = random_bits(seed * 0x100000001b3U + i + 1);
    const std::size_t block = i / kBlock % kBlocksBetween;
    if (block == 1) {
      values[i] = (bits & 1U) != 0 ? -0.0F : 0.0F;
    } else if (block == 2 || i % 61 == 0) {
      values[i] = subnormal(bits);
    } else if (specials && i % 4099 == 3) {
      values[i] = special(bits);
    } else {
      values[i] = about_normal(bits);
    }
  }
  return values;
}

}  // namespace commsim::probe
