// A line T = L / B + D through measurements some of which are outliers.
#pragma once

#include <span>
#include <vector>

#include "calibrate/hockney_fit.hpp"

namespace commsim {

/// Relative errors up to this one count squared, larger ones linearly (Huber, "Robust estimation of
/// a location parameter", Annals of Mathematical Statistics 35, 1964). Four per cent is what
/// repeats of a healthy run differ by.
inline constexpr double kHuberError = 0.04;

struct RobustLine {
  HockneyLine line;
  double loss = 0;              // the sum of Huber's function of the relative errors
  std::vector<double> weights;  // by row: 1, or less for an outlier
};

/// The non-negative line of the least loss, by iteratively reweighted least squares.
/// REQUIRES: one row or more, all with a time above zero. Complexity: linear.
RobustLine fit_robust_line(std::span<const Measurement> rows);

}  // namespace commsim
