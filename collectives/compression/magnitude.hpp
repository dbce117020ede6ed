// The largest magnitude of some numbers, from which the codecs with a scale choose it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "collectives/compression/vectors.hpp"

namespace commsim {

/// The bits of single precision without the sign are ordered like the magnitudes: infinity is over
/// all numbers, and NaN over infinity.
struct LargestBits {
  [[gnu::always_inline]] static std::int32_t run(const float* values, std::size_t count) {
    std::int32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t bits = std::bit_cast<std::int32_t>(values[i]) & 0x7fffffff;
      largest = bits > largest ? bits : largest;
    }
    return largest;
  }
};

/// The same, but leaves out infinity and NaN.
struct LargestFiniteBits {
  [[gnu::always_inline]] static std::int32_t run(const float* values, std::size_t count) {
    std::int32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t bits = std::bit_cast<std::int32_t>(values[i]) & 0x7fffffff;
      const std::int32_t finite = bits < 0x7f800000 ? bits : 0;
      largest = finite > largest ? finite : largest;
    }
    return largest;
  }
};

/// Of a whole tensor, by one of the kernels above; 0 if there is nothing. Reads from the back, so
/// that of a tensor larger than the cache the front is still there for the pass that follows.
template <typename Kernel>
float largest_magnitude(std::span<const float> values) {
  constexpr std::size_t kTile = 8192;
  std::int32_t largest = 0;
  for (std::size_t end = values.size(); end > 0;) {
    const std::size_t length = std::min(kTile, end);
    end -= length;
    largest = std::max(largest, run<Kernel>(this_processor(), values.data() + end, length));
  }
  return std::bit_cast<float>(largest);
}

/// The scale that takes [-largest, largest] to [-top, top], but never so small that its reciprocal
/// overflows: numbers far below single precision's normal ones become zero. 1 if all are zero; NaN,
/// which poisons what is decoded, if any is not finite.
inline float scale_to(float largest, float top) {
  if (largest == 0) return 1;
  if (!(largest <= std::numeric_limits<float>::max())) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  return std::max(largest / top, std::numeric_limits<float>::min());
}

}  // namespace commsim
