// Small signed integers in a message, rounded to the nearest, ties to even.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "collectives/compression/elements.hpp"

namespace commsim {

/// The nearest integer, for |value| < 2^21; some integer for all else. The sum's last bit has the
/// weight 1, and half the mantissa's range lies on either side.
[[gnu::always_inline]] inline std::int32_t nearest_integer(float value) {
  constexpr float kMiddle = 0x1.8p23F;
  return std::bit_cast<std::int32_t>(value + kMiddle) - std::bit_cast<std::int32_t>(kMiddle);
}

/// One byte each.
struct ByteCodes {
  static constexpr float kTop = 127;
  static constexpr std::size_t bytes(std::size_t count) { return count; }

  [[gnu::always_inline]] static void encode(const float* values, std::size_t count, float factor,
                                            std::byte* codes) {
    for (std::size_t i = 0; i < count; ++i) {
      store(codes, i, static_cast<std::int8_t>(nearest_integer(values[i] * factor)));
    }
  }
  [[gnu::always_inline]] static void decode(const std::byte* codes, std::size_t count, float scale,
                                            float* values) {
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<float>(load<std::int8_t>(codes, i)) * scale;
    }
  }
};

/// Two to a byte, the first one in the lower half; an odd one has a zero beside it.
struct NibbleCodes {
  static constexpr float kTop = 7;
  static constexpr std::size_t bytes(std::size_t count) { return count / 2 + count % 2; }

  [[gnu::always_inline]] static void encode(const float* values, std::size_t count, float factor,
                                            std::byte* codes) {
    const std::size_t pairs = count / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
      const std::int32_t low = nearest_integer(values[2 * i] * factor);
      const std::int32_t high = nearest_integer(values[2 * i + 1] * factor);
      store(codes, i, static_cast<std::uint8_t>((low & 15) | ((high & 15) << 4)));
    }
    if (count % 2 == 1) {
      const std::int32_t last = nearest_integer(values[count - 1] * factor);
      store(codes, pairs, static_cast<std::uint8_t>(last & 15));
    }
  }
  [[gnu::always_inline]] static void decode(const std::byte* codes, std::size_t count, float scale,
                                            float* values) {
    const std::size_t pairs = count / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
      const std::int32_t both = load<std::uint8_t>(codes, i);
      values[2 * i] = static_cast<float>(extended(both)) * scale;
      values[2 * i + 1] = static_cast<float>(extended(both >> 4)) * scale;
    }
    if (count % 2 == 1) {
      values[count - 1] = static_cast<float>(extended(load<std::uint8_t>(codes, pairs))) * scale;
    }
  }

 private:
  // The lower four bits with their sign.
  [[gnu::always_inline]] static std::int32_t extended(std::int32_t bits) {
    return ((bits & 15) ^ 8) - 8;
  }
};

}  // namespace commsim
