#include "calibrate/fit/robust_line.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace commsim {
namespace {

constexpr int kIterations = 15;  // the weights of real tables settle within ten

double huber(double error) {
  return error < kHuberError ? error * error : kHuberError * (2 * error - kHuberError);
}

// The normal equations of sum w ((a L + b) / T - 1)^2. Two unknowns, solved as they stand; where
// the free solution has a negative part, the best non-negative one has that part at zero.
class NormalEquations {
 public:
  void add(const Measurement& row, double weight) {
    const double t = seconds(row.time);
    const double x = static_cast<double>(row.size.count()) / t;
    const double y = 1 / t;
    xx_ += weight * x * x;
    xy_ += weight * x * y;
    yy_ += weight * y * y;
    x_ += weight * x;
    y_ += weight * y;
  }
  [[nodiscard]] HockneyLine solve() const {
    const double determinant = xx_ * yy_ - xy_ * xy_;
    if (determinant > 1e-12 * xx_ * yy_) {
      const HockneyLine free{.seconds_per_byte = (x_ * yy_ - y_ * xy_) / determinant,
                             .seconds = (y_ * xx_ - x_ * xy_) / determinant};
      if (free.seconds_per_byte >= 0 && free.seconds >= 0) return free;
      if (free.seconds < 0) return {.seconds_per_byte = x_ / xx_, .seconds = 0};
    }
    return {.seconds_per_byte = 0, .seconds = y_ / yy_};
  }

 private:
  double xx_ = 0;
  double xy_ = 0;
  double yy_ = 0;
  double x_ = 0;
  double y_ = 0;
};

}  // namespace

RobustLine fit_robust_line(std::span<const Measurement> rows) {
  ensure(!rows.empty(), "a line is fitted to something");
  RobustLine fit;
  fit.weights.assign(rows.size(), 1.0);
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    NormalEquations equations;
    for (std::size_t i = 0; i < rows.size(); ++i) equations.add(rows[i], fit.weights[i]);
    fit.line = equations.solve();
    fit.loss = 0;
    bool settled = true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double error = std::abs(fit.line.time_s(rows[i].size) / seconds(rows[i].time) - 1);
      fit.loss += huber(error);
      const double weight = error < kHuberError ? 1 : kHuberError / error;
      settled = settled && std::abs(weight - fit.weights[i]) < 1e-9;
      fit.weights[i] = weight;
    }
    if (settled) break;
  }
  return fit;
}

}  // namespace commsim
