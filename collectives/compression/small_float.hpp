// Floating-point formats of 8 and 16 bits: a sign, an exponent and a mantissa, with subnormals.
// Rounding is to the nearest, ties to even, as IEEE 754 and the OCP 8-bit floating point
// specification (OFP8, revision 1.0, 2023) say. Written with integer operations and one sum, which
// compilers turn into vectors.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "collectives/compression/elements.hpp"

namespace commsim {

/// What becomes of finite numbers over the largest one.
enum class Overflow { kInfinity, kSaturate };
/// Which codes of the highest exponent are no numbers: the last one only, and no code is infinity;
/// or as IEEE 754 has it, infinity first and then NaN.
enum class Specials { kLastIsNan, kIeee };

template <typename CodeType, int mantissa_bits, int bias, Overflow overflow, Specials specials>
struct SmallFloat {
  using Code = CodeType;
  static constexpr int kSignShift = 8 * sizeof(Code) - 1;
  static constexpr std::int32_t kSignBit = 1 << kSignShift;
  static constexpr std::int32_t kExponents = (kSignBit >> mantissa_bits) - 1;  // the highest one
  static constexpr std::int32_t kInfinity =
      specials == Specials::kIeee ? kExponents << mantissa_bits : kSignBit - 1;
  static constexpr std::int32_t kNan =
      specials == Specials::kIeee ? kInfinity | 1 << (mantissa_bits - 1) : kInfinity;
  static constexpr std::int32_t kLargest = kInfinity - 1;

  /// Infinity becomes infinity, or NaN where the format has none.
  static constexpr Code encode(float value) { return static_cast<Code>(encode_wide(value)); }
  [[gnu::always_inline]] static constexpr std::int32_t encode_wide(float value) {
    const auto bits = std::bit_cast<std::int32_t>(value);
    const std::int32_t magnitude = bits & 0x7fffffff;
    const std::int32_t inside = magnitude < kTop ? magnitude : kTop;
    // The last bit of the sum with this power of two has the weight of the code's last bit.
    const std::int32_t exponent = inside & kFloatInfinity;
    const std::int32_t weight = exponent > kLeastNormal ? exponent : kLeastNormal;
    const std::int32_t step = weight + (kShift << 23);
    const std::int32_t mantissa =
        std::bit_cast<std::int32_t>(std::bit_cast<float>(inside) + std::bit_cast<float>(step)) -
        step;
    std::int32_t code = mantissa + ((weight - kLeastNormal) >> kShift);
    code += magnitude >= kFloatInfinity ? kInfinity - kMost : 0;
    code += magnitude > kFloatInfinity ? kNan - kInfinity : 0;
    return code | ((bits >> 31) & kSignBit);
  }

  /// Exact.
  [[gnu::always_inline]] static constexpr float decode(Code stored) {
    const std::int32_t code = stored;
    const std::int32_t magnitude = code & (kSignBit - 1);
    // A subnormal has no leading one: it is read with one, which is subtracted. Conditions are
    // masks made by shifts, since compilers would compare in bytes and then widen each mask.
    const std::int32_t is_subnormal = (magnitude - (1 << mantissa_bits)) >> 31;
    const std::int32_t with_one =
        (magnitude << kShift) + (kLeastNormal - (1 << 23)) + (is_subnormal & (1 << 23));
    const std::int32_t one = is_subnormal & kLeastNormal;
    auto bits =
        std::bit_cast<std::int32_t>(std::bit_cast<float>(with_one) - std::bit_cast<float>(one));
    bits |= ((kLargest - magnitude) >> 31) & kFloatInfinity;
    bits |= ((code & kSignBit) << (31 - kSignShift));
    return std::bit_cast<float>(bits);
  }

  /// The largest number.
  static constexpr float largest() { return decode(static_cast<Code>(kLargest)); }

 private:
  static constexpr std::int32_t kFloatInfinity = 0x7f800000;
  static constexpr std::int32_t kShift = 23 - mantissa_bits;
  static constexpr std::int32_t kLeastNormal = (128 - bias) << 23;  // in single precision
  // Where finite numbers end: the largest one, or the power of two after it for infinity.
  static constexpr std::int32_t kMost = overflow == Overflow::kSaturate ? kLargest : kInfinity;
  static constexpr std::int32_t kTop = (kMost << kShift) + kLeastNormal - (1 << 23);
};

using Fp16 = SmallFloat<std::uint16_t, 10, 15, Overflow::kInfinity, Specials::kIeee>;
using Fp8E4M3 = SmallFloat<std::uint8_t, 3, 7, Overflow::kSaturate, Specials::kLastIsNan>;
using Fp8E5M2 = SmallFloat<std::uint8_t, 2, 15, Overflow::kSaturate, Specials::kIeee>;

/// The upper half of single precision.
struct Bf16 {
  using Code = std::uint16_t;

  static constexpr Code encode(float value) { return static_cast<Code>(encode_wide(value)); }
  [[gnu::always_inline]] static constexpr std::int32_t encode_wide(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = bits + 0x7fffU + ((bits >> 16U) & 1U);
    const bool is_nan = (bits & 0x7fffffffU) > 0x7f800000U;
    return static_cast<std::int32_t>((is_nan ? bits | 0x400000U : rounded) >> 16U);
  }
  [[gnu::always_inline]] static constexpr float decode(Code code) {
    return std::bit_cast<float>(std::uint32_t{code} << 16U);
  }
};

/// codes[i] = code_of(i), narrowed in a loop of its own: GCC would narrow each term of a code and
/// not only the sum.
template <typename Code, typename CodeOf>
[[gnu::always_inline]] inline void store_narrowed(std::byte* codes, std::size_t count,
                                                  CodeOf code_of) {
  std::array<std::int32_t, 64> wide{};
  const std::size_t whole = count - count % wide.size();
  for (std::size_t first = 0; first < whole; first += wide.size()) {
    for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = code_of(first + i);
    for (std::size_t i = 0; i < wide.size(); ++i) {
      store(codes, first + i, static_cast<Code>(wide[i]));
    }
  }
  for (std::size_t i = whole; i < count; ++i) store(codes, i, static_cast<Code>(code_of(i)));
}

/// Kernels (vectors.hpp) over arrays: codes[i] = encode(values[i]), times a factor, and back.
template <typename Format>
struct EncodeFloats {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, std::byte* codes) {
    store_narrowed<typename Format::Code>(
        codes, count, [=](std::size_t i) __attribute__((always_inline)) {
          return Format::encode_wide(values[i]);
        });
  }
};
template <typename Format>
struct DecodeFloats {
  [[gnu::always_inline]] static void run(const std::byte* codes, std::size_t count, float* values) {
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = Format::decode(load<typename Format::Code>(codes, i));
    }
  }
};
template <typename Format>
struct EncodeScaled {
  [[gnu::always_inline]] static void run(const float* values, std::size_t count, float factor,
                                         std::byte* codes) {
    store_narrowed<typename Format::Code>(
        codes, count, [=](std::size_t i) __attribute__((always_inline)) {
          return Format::encode_wide(values[i] * factor);
        });
  }
};
template <typename Format>
struct DecodeScaled {
  [[gnu::always_inline]] static void run(const std::byte* codes, std::size_t count, float factor,
                                         float* values) {
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = Format::decode(load<typename Format::Code>(codes, i)) * factor;
    }
  }
};

}  // namespace commsim
