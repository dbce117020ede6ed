#include "calibrate/hockney_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "calibrate/fit/statistics.hpp"
#include "core/error.hpp"

namespace commsim {

// Minimises sum ((a L_i + b) / T_i - 1)^2. Where the free solution has a negative part, the best
// non-negative one has that part at zero (there are but two unknowns).
HockneyLine fit_line(const std::vector<Measurement>& table) {
  ensure(!table.empty(), "a line is fitted to something");
  const auto rows = static_cast<Eigen::Index>(table.size());
  Eigen::MatrixX2d matrix(rows, 2);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Measurement& row = table[static_cast<std::size_t>(i)];
    matrix(i, 0) = static_cast<double>(row.size.count()) / seconds(row.time);
    matrix(i, 1) = 1.0 / seconds(row.time);
  }
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(rows);
  const auto alone = [&](Eigen::Index column) {
    const double squares = matrix.col(column).squaredNorm();
    return squares > 0 ? matrix.col(column).dot(ones) / squares : 0.0;
  };
  const Eigen::Vector2d line = matrix.colPivHouseholderQr().solve(ones);
  if (line[0] < 0) return {.seconds_per_byte = 0, .seconds = alone(1)};
  if (line[1] < 0) return {.seconds_per_byte = alone(0), .seconds = 0};
  return {.seconds_per_byte = line[0], .seconds = line[1]};
}

double median_error(const HockneyLine& line, const std::vector<Measurement>& table) {
  std::vector<double> errors;
  errors.reserve(table.size());
  for (const Measurement& row : table) {
    errors.push_back(std::abs(line.time_s(row.size) / seconds(row.time) - 1));
  }
  return median(std::move(errors));
}

}  // namespace commsim
