// Repeats one operation until its time is known well enough, or long enough.
#pragma once

#include <functional>
#include <vector>

namespace commsim::probe {

struct SamplerSettings {
  int warm_ups = 3;
  int least_repeats = 5;
  int most_repeats = 200;
  /// Measuring stops once it has taken this long, but not before two repeats.
  double seconds = 1;
  /// Measuring stops once (p95 - p5) / median is at most this.
  double spread = 0.02;
};

/// Times of one operation in microseconds.
struct Sample {
  std::vector<double> repeats;  // in the order they were taken
  int batch = 1;                // operations in a row of which a repeat is the mean
  double median = 0;
  double p5 = 0;
  double p95 = 0;
};

/// The value below which a share q of the values lies, between neighbours by a straight line (the
/// definition that Hyndman and Fan, 1996, number 7). REQUIRES: values, 0 <= q <= 1.
double quantile(std::vector<double> values, double q);

/// Runs the operation `count` times in a row, waits for it, and returns microseconds of one.
using TimedRun = std::function<double(int count)>;

/// Short operations are measured several in a row, so that a repeat is long beside the clock's
/// grain. All decisions follow from the measured times alone: ranks that agree on these stop
/// together. Throws std::runtime_error for a time that is not finite or not positive.
Sample sample(const TimedRun& run, const SamplerSettings& settings);

}  // namespace commsim::probe
