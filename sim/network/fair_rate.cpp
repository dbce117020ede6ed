#include "sim/network/fair_rate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace commsim {
namespace {

// std::gcd takes no 128-bit numbers in strict C++20.
Int128 common_divisor(Int128 a, Int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

}  // namespace

Duration FairRate::time_for(double bytes) const {
  // Exact as long as nothing but whole bytes at an exact fraction is asked for: a flow that never
  // saw its rate change takes what the law says, to the picosecond.
  constexpr double kLargestWhole = 0x1.0p53;
  if (sharers > 0 && bytes < kLargestWhole && bytes == std::floor(bytes)) {
    return transfer_time(Bytes{static_cast<std::int64_t>(bytes)}, capacity, sharers);
  }
  constexpr double kMostPicoseconds = 9.2e18;
  const double picoseconds = bytes / bytes_per_ps;
  if (!(picoseconds < kMostPicoseconds)) throw_time_overflow();
  // Up, but for what rounding errors of doubles make of a whole number.
  constexpr double kNoise = 1e-3;
  return Duration{static_cast<std::int64_t>(std::ceil(std::max(0.0, picoseconds - kNoise)))};
}

FairRate FairRate::of(std::int64_t bits_per_second, Int128 weight, std::int64_t denominator) {
  FairRate rate{.bytes_per_ps = bytes_per_picosecond(
                    bits_per_second, to_double(weight) / static_cast<double>(denominator))};
  if (weight == 1 && denominator == 1) {
    rate.capacity = Bandwidth::bits_per_second(bits_per_second);
    rate.sharers = 1;
    return rate;
  }
  const Int128 parts = denominator == 1 ? 1 : common_divisor(weight, denominator);
  const Int128 sharers = weight / parts;
  const Int128 common = common_divisor(sharers, bits_per_second);
  const Int128 capacity = Int128{bits_per_second} / common * (denominator / parts);
  if (capacity > INT64_MAX || sharers / common > INT64_MAX) return rate;
  rate.capacity = Bandwidth::bits_per_second(static_cast<std::int64_t>(capacity));
  rate.sharers = static_cast<std::int64_t>(sharers / common);
  return rate;
}

}  // namespace commsim
