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

/// Whether b lies far enough beyond a for a curve: their logarithms differ by more than rounding.
bool ascends(double a_bytes, double b_bytes);

/// A curve that passes through its knots and never falls. Between them it is a monotone cubic of
/// the logarithms (PCHIP; Fritsch and Butland, SIAM Journal on Scientific and Statistical Computing
/// 5, 1984); before the first and after the last it follows a line T = L / B + D, scaled so that it
/// meets the knot.
class TimeCurve {
 public:
  /// REQUIRES: one knot or more, each with more bytes than the one before (ascends()), above zero,
  /// seconds above zero and never falling.
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
