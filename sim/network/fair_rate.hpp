// What max-min fairness gives to a flow.
#pragma once

#include <cstdint>

#include "core/units.hpp"

namespace commsim {

/// A rate. As long as a link gives all of its capacity to flows that put equal weight on it, this
/// is the exact fraction capacity / sharers, in lowest terms; where others have taken part of it,
/// it is a double.
struct FairRate {
  Bandwidth capacity;
  std::int64_t sharers = 0;  ///< 0: not an exact fraction, `bytes_per_ps` alone counts
  double bytes_per_ps = 0;

  friend bool operator==(const FairRate&, const FairRate&) = default;
  /// The time to move `bytes` at this rate, up to the picosecond.
  [[nodiscard]] Duration time_for(double bytes) const;

  /// `bits_per_second` / (weight / denominator), exact if the fraction fits 64 bits. REQUIRES: all
  /// positive.
  static FairRate of(std::int64_t bits_per_second, Int128 weight, std::int64_t denominator);
};

/// bits_per_second / divisor in bytes for each picosecond. Rounded once where 8e12 divisor is exact
/// (divisor < 2^25), so that equal fractions are equal doubles.
inline double bytes_per_picosecond(std::int64_t bits_per_second, double divisor) {
  constexpr double kBitPicosecondsPerByteSecond = 8e12;
  return static_cast<double>(bits_per_second) / (kBitPicosecondsPerByteSecond * divisor);
}

/// To the nearest.
inline double to_double(Int128 number) {
  const auto low = static_cast<std::int64_t>(number);
  return low == number ? static_cast<double>(low) : static_cast<double>(number);
}

}  // namespace commsim
