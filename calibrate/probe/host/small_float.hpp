// Single precision to formats of 8 and 16 bits and back, slowly and plainly: what the kernels of
// the suite codecs are checked against.
#pragma once

#include <cstdint>

namespace commsim::probe {

/// A sign, an exponent and a mantissa, with subnormals.
struct SmallFormat {
  int bits;              // of a code
  int mantissa;          // bits that are stored
  int least_exponent;    // of normal numbers: the smallest is 2 to this power
  std::uint32_t past;    // the code after the largest number, without the sign
  bool has_infinity;     // which is `past` then; without it all that is too large saturates
  std::uint32_t is_nan;  // the code of NaN
};

/// IEEE 754 binary16; the upper half of binary32; OFP8 E4M3 (revision 1.0, 2023).
inline constexpr SmallFormat kHalf{16, 10, -14, 0x7c00, true, 0x7e00};
inline constexpr SmallFormat kBfloat{16, 7, -126, 0x7f80, true, 0x7fc0};
inline constexpr SmallFormat kE4M3{8, 3, -6, 0x7f, false, 0x7f};

/// The nearest number, ties to even, as a code with the sign. Infinity becomes NaN in a format that
/// has none. NaN keeps its sign, and in kBfloat the upper bits of its payload.
std::uint32_t to_small_float(const SmallFormat& format, float value);

/// Exact. Any NaN becomes a NaN. REQUIRES: a code of the format.
float from_small_float(const SmallFormat& format, std::uint32_t code);

/// Whether the code is NaN.
bool is_nan_code(const SmallFormat& format, std::uint32_t code);

}  // namespace commsim::probe
