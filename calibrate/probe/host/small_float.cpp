#include "calibrate/probe/host/small_float.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace commsim::probe {
namespace {

std::uint32_t sign_bit(const SmallFormat& format) {
  return std::uint32_t{1} << static_cast<unsigned>(format.bits - 1);
}

std::uint32_t nan_of(const SmallFormat& format, float value) {
  // The format with the exponent of single precision is its upper half, of NaN too.
  if (format.least_exponent > kBfloat.least_exponent) return format.is_nan;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return format.is_nan | ((bits >> 16U) & 0x7fffU);
}

std::uint32_t magnitude_of(const SmallFormat& format, float value) {
  if (std::isnan(value)) return nan_of(format, value);
  if (std::isinf(value)) return format.has_infinity ? format.past : format.is_nan;
  if (value == 0) return 0;
  // All is exact in double precision but the rounding itself.
  const double magnitude = std::abs(static_cast<double>(value));
  const int exponent = std::max(std::ilogb(magnitude), format.least_exponent);
  const double steps = std::nearbyint(std::ldexp(magnitude, format.mantissa - exponent));
  // Normal numbers have a leading one among the steps, which adds one to the exponent's field.
  const auto field = static_cast<std::uint32_t>(exponent - format.least_exponent);
  const std::uint32_t code =
      (field << static_cast<unsigned>(format.mantissa)) + static_cast<std::uint32_t>(steps);
  return std::min(code, format.has_infinity ? format.past : format.past - 1);
}

}  // namespace

std::uint32_t to_small_float(const SmallFormat& format, float value) {
  const std::uint32_t magnitude = magnitude_of(format, value);
  return std::signbit(value) ? magnitude | sign_bit(format) : magnitude;
}

bool is_nan_code(const SmallFormat& format, std::uint32_t code) {
  const std::uint32_t magnitude = code & (sign_bit(format) - 1);
  return format.has_infinity ? magnitude > format.past : magnitude == format.past;
}

float from_small_float(const SmallFormat& format, std::uint32_t code) {
  const std::uint32_t magnitude = code & (sign_bit(format) - 1);
  float value = 0;
  if (is_nan_code(format, code)) {
    value = std::numeric_limits<float>::quiet_NaN();
  } else if (format.has_infinity && magnitude == format.past) {
    value = std::numeric_limits<float>::infinity();
  } else {
    const auto field = static_cast<int>(magnitude >> static_cast<unsigned>(format.mantissa));
    const std::uint32_t one = std::uint32_t{1} << static_cast<unsigned>(format.mantissa);
    const std::uint32_t steps = (magnitude & (one - 1)) + (field > 0 ? one : 0);
    const int exponent = format.least_exponent + std::max(field, 1) - 1 - format.mantissa;
    value = static_cast<float>(std::ldexp(static_cast<double>(steps), exponent));
  }
  return (code & sign_bit(format)) != 0 ? -value : value;
}

}  // namespace commsim::probe
