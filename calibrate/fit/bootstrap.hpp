// How sure the two parts of a fitted line are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "calibrate/fit/robust_line.hpp"

namespace commsim {

/// Where a value lies with 95 % confidence.
struct Interval {
  double low = 0;
  double high = 0;
};

/// None for a part at zero, its bound, where no interval around it is known.
struct LineIntervals {
  std::optional<Interval> seconds_per_byte;
  std::optional<Interval> seconds;
};

/// Intervals from `resamples` tables in which the relative residuals of the fit are dealt out anew
/// (bootstrap-t, which covers what it says even for the few rows of one regime; Efron and
/// Tibshirani, "An introduction to the bootstrap", 1993, chapter 12). None for fewer than four
/// rows, or sizes that do not tell the two parts apart. The same seed gives the same intervals.
std::optional<LineIntervals> bootstrap(std::span<const Measurement> rows, const RobustLine& fit,
                                       int resamples, std::uint64_t seed);

}  // namespace commsim
