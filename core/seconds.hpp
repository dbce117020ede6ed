// From the doubles of fits to exact time.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"

namespace commsim {

/// The nearest picosecond, at least one. Throws RequestError for what is no time or longer than the
/// 100 days that a simulation may take.
inline Duration duration_of(double seconds) {
  constexpr double kLongest = 100.0 * 86400;
  if (!(seconds >= 0 && seconds <= kLongest)) {
    throw RequestError("a fitted time is beyond 100 days; its measurements cannot be meant so");
  }
  return Duration{std::max<std::int64_t>(1, std::llround(seconds * 1e12))};
}

}  // namespace commsim
