#include "calibrate/fit/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "calibrate/fit/statistics.hpp"
#include "core/random.hpp"
#include "core/seconds.hpp"

namespace commsim {
namespace {

constexpr std::size_t kLeastRows = 4;
constexpr double kTail = 0.025;

struct Errors {
  double seconds_per_byte = 0;
  double seconds = 0;
};

// The standard errors of weighted least squares of the relative errors.
std::optional<Errors> standard_errors(std::span<const Measurement> rows, const RobustLine& fit) {
  double xx = 0;
  double xy = 0;
  double yy = 0;
  double squares = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double t = seconds(rows[i].time);
    const double x = static_cast<double>(rows[i].size.count()) / t;
    const double error = fit.line.time_s(rows[i].size) / t - 1;
    xx += fit.weights[i] * x * x;
    xy += fit.weights[i] * x / t;
    yy += fit.weights[i] / (t * t);
    squares += fit.weights[i] * error * error;
  }
  const double determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-12 * xx * yy) || !(squares > 0)) return std::nullopt;
  const double variance = squares / static_cast<double>(rows.size() - 2);
  return Errors{std::sqrt(variance * yy / determinant), std::sqrt(variance * xx / determinant)};
}

std::optional<Interval> interval(double value, double error, const std::vector<double>& t) {
  if (!(value > 0)) return std::nullopt;
  return Interval{.low = std::max(0.0, value - quantile(t, 1 - kTail) * error),
                  .high = std::max(0.0, value - quantile(t, kTail) * error)};
}

}  // namespace

std::optional<LineIntervals> bootstrap(std::span<const Measurement> rows, const RobustLine& fit,
                                       int resamples, std::uint64_t seed) {
  if (rows.size() < kLeastRows) return std::nullopt;
  const auto errors = standard_errors(rows, fit);
  if (!errors) return std::nullopt;
  const auto n = static_cast<double>(rows.size());
  std::vector<double> residuals;
  residuals.reserve(rows.size());
  for (const Measurement& row : rows) {
    const double residual = seconds(row.time) / fit.line.time_s(row.size) - 1;
    residuals.push_back(residual * std::sqrt(n / (n - 2)));
  }
  // Errors relative to what was measured draw a fit below the mean; dealt out around zero, the
  // residuals do the same to the resampled fits, and the t values carry it.
  const double mean = std::accumulate(residuals.begin(), residuals.end(), 0.0) / n;
  for (double& residual : residuals) residual -= mean;
  Random random(seed);
  std::vector<double> slopes;
  std::vector<double> offsets;
  std::vector<Measurement> resampled(rows.begin(), rows.end());
  for (int i = 0; i < resamples; ++i) {
    for (Measurement& row : resampled) {
      const double factor = std::max(0.01, 1 + residuals[random.below(residuals.size())]);
      row.time = duration_of(fit.line.time_s(row.size) * factor);
    }
    const RobustLine again = fit_robust_line(resampled);
    const auto spread = standard_errors(resampled, again);
    if (!spread) continue;  // one residual, dealt to all
    slopes.push_back((again.line.seconds_per_byte - fit.line.seconds_per_byte) /
                     spread->seconds_per_byte);
    offsets.push_back((again.line.seconds - fit.line.seconds) / spread->seconds);
  }
  if (slopes.size() < 40) return std::nullopt;
  return LineIntervals{
      .seconds_per_byte = interval(fit.line.seconds_per_byte, errors->seconds_per_byte, slopes),
      .seconds = interval(fit.line.seconds, errors->seconds, offsets)};
}

}  // namespace commsim
