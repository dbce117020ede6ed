// One table of measured times as regimes, each a law T = L / B + D, and as a curve to predict from.
#pragma once

#include <optional>
#include <vector>

#include "calibrate/fit/bootstrap.hpp"
#include "calibrate/fit/segmentation.hpp"
#include "calibrate/fit/time_curve.hpp"

namespace commsim {

/// Sizes from `from` to `to`, both of them measured, and the law there.
struct Regime {
  Bytes from;
  Bytes to;
  HockneyLine line;
  /// Of the two parts of the line; none for a regime of fewer than four sizes.
  std::optional<Interval> seconds_per_byte;
  std::optional<Interval> seconds;
};

/// The error that nine of ten predictions of unseen sizes stay below, as a factor: measured times
/// lie between predicted / factor and predicted * factor. Sizes below and from 1 MiB apart.
/// None where there were too few sizes to find out.
struct ErrorBand {
  std::optional<double> below_mebibyte;
  std::optional<double> from_mebibyte;

  [[nodiscard]] std::optional<double> factor(Bytes size) const {
    return size < Bytes{1 << 20} ? below_mebibyte : from_mebibyte;
  }
};

struct RegimeFit {
  std::vector<Regime> regimes;
  TimeCurve curve;
  ErrorBand band;
  std::vector<Bytes> outliers;  // further than a fifth from their regime
};

struct RegimeOptions {
  int most_regimes = 6;
  std::vector<Bytes> breaks{};  // where the protocol is known to change
  int resamples = 1000;         // for the intervals; 0: none are computed
  std::uint64_t seed = 1;
};

/// Fits a table. Repeated sizes are taken at their median. The number of regimes is the one whose
/// fit to every other size predicts the sizes between best. The curve passes through the
/// measurements, except where they fall, or lie further from their regime than a fifth (then a
/// fifth from it). Throws RequestError for fewer than two sizes, or more than 4,096.
RegimeFit fit_regimes(const std::vector<Measurement>& table, const RegimeOptions& options = {});

/// The median time of each size, by ascending size.
std::vector<Measurement> medians(const std::vector<Measurement>& table);

/// Every other row, starting with row 0 or 1.
std::vector<Measurement> alternate(const std::vector<Measurement>& table, std::size_t start);

}  // namespace commsim
