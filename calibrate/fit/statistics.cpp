#include "calibrate/fit/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace commsim {

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

double quantile(std::vector<double> values, double q) {
  ensure(!values.empty() && q >= 0 && q <= 1, "a quantile is of something");
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
}

}  // namespace commsim
