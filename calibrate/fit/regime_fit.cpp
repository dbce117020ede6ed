#include "calibrate/fit/regime_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "calibrate/fit/isotonic.hpp"
#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim {
namespace {

// A measurement further than this from its regime is taken for an outlier.
constexpr double kFarthest = 0.2;
// An error of one prediction beyond this does not make a division worse.
constexpr double kWorstError = 0.3;
constexpr double kCovered = 0.9;
constexpr std::size_t kMostSizes = 4096;

SegmentationOptions segmentation_options(const RegimeOptions& options) {
  return {.most_pieces = options.most_regimes, .breaks = options.breaks};
}

double relative_error(double predicted, const Measurement& row) {
  return std::abs(predicted / seconds(row.time) - 1);
}

// By number of pieces: the sum of the errors of predicting each half of the sizes from the other.
// A number that one of the halves has too few sizes for is not known to be good.
std::map<std::size_t, double> held_out_errors(const std::vector<Measurement>& rows,
                                              const SegmentationOptions& options) {
  std::map<std::size_t, double> sums;
  std::map<std::size_t, int> halves;
  for (const std::size_t half : {0U, 1U}) {
    const auto seen = alternate(rows, half);
    const auto unseen = alternate(rows, 1 - half);
    for (const Division& pieces : segmentations(seen, options)) {
      ++halves[pieces.size()];
      double& sum = sums[pieces.size()];
      for (const Measurement& row : unseen) {
        const double error = relative_error(time_s(pieces, seen, row.size), row);
        sum += std::min(error, kWorstError);
      }
    }
  }
  std::erase_if(sums, [&](const auto& sum) { return halves[sum.first] < 2; });
  return sums;
}

Division best_pieces(const std::vector<Measurement>& rows, const SegmentationOptions& options) {
  auto divisions = segmentations(rows, options);
  if (divisions.empty()) {  // forced breaks leave pieces of single sizes
    auto loose = options;
    loose.least_rows = 1;
    divisions = segmentations(rows, loose);
  }
  if (divisions.empty()) throw RequestError("the forced breaks ask for more regimes than allowed");
  if (rows.size() < 4) return divisions.front();
  const auto errors = held_out_errors(rows, options);
  const auto error = [&](const Division& pieces) {
    const auto found = errors.find(pieces.size());
    return found == errors.end() ? std::numeric_limits<double>::infinity() : found->second;
  };
  return *std::min_element(
      divisions.begin(), divisions.end(),
      [&](const Division& a, const Division& b) { return error(a) < error(b); });
}

TimeCurve curve_of(const std::vector<Measurement>& rows, const Division& pieces) {
  std::vector<double> times;
  times.reserve(rows.size());
  for (const Measurement& row : rows) {
    const double fitted = time_s(pieces, rows, row.size);
    times.push_back(
        std::clamp(seconds(row.time), fitted / (1 + kFarthest), fitted * (1 + kFarthest)));
  }
  times = non_decreasing(times);
  std::vector<Knot> knots;
  knots.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto bytes = static_cast<double>(rows[i].size.count());
    if (knots.empty() || ascends(knots.back().bytes, bytes)) knots.push_back({bytes, times[i]});
  }
  return {std::move(knots), pieces.front().fit.line, pieces.back().fit.line};
}

// What the curve through every other size misses the others by.
ErrorBand band_of(const std::vector<Measurement>& rows, const SegmentationOptions& options) {
  if (rows.size() < 8) return {};
  std::vector<double> below;
  std::vector<double> from;
  for (const std::size_t half : {0U, 1U}) {
    const auto seen = alternate(rows, half);
    const TimeCurve curve = curve_of(seen, best_pieces(seen, options));
    for (const Measurement& row : alternate(rows, 1 - half)) {
      const double error = std::abs(std::log(curve.time_s(row.size) / seconds(row.time)));
      (row.size < Bytes{1 << 20} ? below : from).push_back(error);
    }
  }
  const auto factor = [](const std::vector<double>& errors) -> std::optional<double> {
    if (errors.size() < 4) return std::nullopt;
    return std::exp(quantile(errors, kCovered));
  };
  return {factor(below), factor(from)};
}

std::vector<Bytes> outliers_of(const std::vector<Measurement>& rows, const Division& pieces) {
  std::vector<Bytes> sizes;
  for (const Measurement& row : rows) {
    const double ratio = seconds(row.time) / time_s(pieces, rows, row.size);
    if (ratio > 1 + kFarthest || ratio < 1 / (1 + kFarthest)) sizes.push_back(row.size);
  }
  return sizes;
}

}  // namespace

std::vector<Measurement> medians(const std::vector<Measurement>& table) {
  std::map<Bytes, std::vector<double>> times;
  for (const Measurement& row : table) {
    times[row.size].push_back(static_cast<double>(row.time.count()));
  }
  std::vector<Measurement> rows;
  rows.reserve(times.size());
  for (const auto& [size, all] : times) {
    rows.push_back({size, Duration{std::llround(median(all))}});
  }
  return rows;
}

std::vector<Measurement> alternate(const std::vector<Measurement>& table, std::size_t start) {
  std::vector<Measurement> rows;
  for (std::size_t i = start; i < table.size(); i += 2) rows.push_back(table[i]);
  return rows;
}

RegimeFit fit_regimes(const std::vector<Measurement>& table, const RegimeOptions& options) {
  const auto rows = medians(table);
  if (rows.size() < 2) throw RequestError("a fit needs measurements of two sizes or more");
  if (rows.size() > kMostSizes) {
    throw RequestError(
        fmt::format("a fit takes at most {} sizes, here are {}", kMostSizes, rows.size()));
  }
  const auto divided = segmentation_options(options);
  const Division pieces = best_pieces(rows, divided);
  RegimeFit fit{.regimes = {},
                .curve = curve_of(rows, pieces),
                .band = band_of(rows, divided),
                .outliers = outliers_of(rows, pieces)};
  for (const Stretch& piece : pieces) {
    Regime regime{.from = rows[piece.first].size,
                  .to = rows[piece.last - 1].size,
                  .line = piece.fit.line,
                  .seconds_per_byte = {},
                  .seconds = {}};
    const auto part = std::span(rows).subspan(piece.first, piece.last - piece.first);
    if (options.resamples > 0) {
      if (const auto intervals = bootstrap(part, piece.fit, options.resamples, options.seed)) {
        regime.seconds_per_byte = intervals->seconds_per_byte;
        regime.seconds = intervals->seconds;
      }
    }
    fit.regimes.push_back(regime);
  }
  return fit;
}

}  // namespace commsim
