// Time by size as a curve through points, for sizes between and beyond those that were measured.
#pragma once

#include <functional>
#include <vector>

#include "calibrate/hockney_fit.hpp"

namespace commsim {

/// A point of a curve.
struct Knot {
  double bytes = 0;
  double seconds = 0;
};

/// A curve that passes through its knots and never falls. Between them it is a monotone cubic of
/// the logarithms (PCHIP; Fritsch and Carlson, SIAM Journal on Numerical Analysis 17, 1980); before
/// the first and after the last it follows a line T = L / B + D, scaled so that it meets the knot.
class TimeCurve {
 public:
  /// REQUIRES: one knot or more, by ascending bytes above zero, seconds above zero and never
  /// falling.
  TimeCurve(std::vector<Knot> knots, HockneyLine before, HockneyLine after);

  /// Complexity: logarithmic in the knots.
  [[nodiscard]] double time_s(Bytes size) const;
  [[nodiscard]] const std::vector<Knot>& knots() const { return knots_; }
  [[nodiscard]] const HockneyLine& before() const { return before_; }
  [[nodiscard]] const HockneyLine& after() const { return after_; }

 private:
  std::vector<Knot> knots_;
  std::function<double(double)> between_;  // of the logarithm of the size: that of the time
  HockneyLine before_;
  HockneyLine after_;
};

}  // namespace commsim
