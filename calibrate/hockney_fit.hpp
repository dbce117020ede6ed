// The best single line T = L / B + D through a table of measurements: the least that a model has to
// beat, and a measure of how far a table is from any line.
#pragma once

#include <vector>

#include "core/units.hpp"

namespace commsim {

/// One measured time of one size.
struct Measurement {
  Bytes size;
  Duration time{0};
};

/// T = seconds_per_byte * L + seconds, neither negative.
struct HockneyLine {
  double seconds_per_byte = 0;
  double seconds = 0;

  [[nodiscard]] double time_s(Bytes size) const {
    return seconds_per_byte * static_cast<double>(size.count()) + seconds;
  }
};

/// Least squares of the relative errors, so that small messages count as much as large ones.
/// REQUIRES: one measurement or more, all with a time above zero.
HockneyLine fit_line(const std::vector<Measurement>& table);

/// The median of |line / measured - 1|.
double median_error(const HockneyLine& line, const std::vector<Measurement>& table);

}  // namespace commsim
