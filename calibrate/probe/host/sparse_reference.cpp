#include "calibrate/probe/host/sparse_reference.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace commsim::probe {
namespace {

float magnitude(float value) {
  return std::isnan(value) ? std::numeric_limits<float>::infinity() : std::abs(value);
}

void keep(Sparse& sparse, const std::vector<float>& values, std::size_t position) {
  sparse.positions.push_back(static_cast<std::uint32_t>(position));
  sparse.values.push_back(values[position]);
}

}  // namespace

Sparse keep_above(const std::vector<float>& values, float tau) {
  Sparse sparse;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (magnitude(values[i]) > tau) keep(sparse, values, i);
  }
  return sparse;
}

Sparse keep_largest(const std::vector<float>& values, std::size_t count) {
  std::vector<float> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), magnitude);
  const auto infinite = static_cast<std::size_t>(
      std::count(magnitudes.begin(), magnitudes.end(), std::numeric_limits<float>::infinity()));
  Sparse sparse;
  if (count == 0) return sparse;
  const auto last = magnitudes.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(magnitudes.begin(), last, magnitudes.end(), std::greater<>());
  const float least = *last;
  // What is larger than the smallest that is kept stands before it now.
  auto ties = count - static_cast<std::size_t>(std::count_if(
                          magnitudes.begin(), last, [&](float other) { return other > least; }));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float own = magnitude(values[i]);
    if (own < least || (own == least && ties == 0)) continue;
    if (own == least) --ties;
    keep(sparse, values, i);
  }
  if (infinite > count) {
    std::fill(sparse.values.begin(), sparse.values.end(), std::numeric_limits<float>::quiet_NaN());
  }
  return sparse;
}

std::vector<float> spread(const Sparse& sparse, std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < sparse.positions.size(); ++i) {
    values[sparse.positions[i]] = sparse.values[i];
  }
  return values;
}

}  // namespace commsim::probe
