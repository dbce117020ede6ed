#include "sim/workload/training/work.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace commsim {

double Product::flops() const {
  return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) *
         static_cast<double>(count) * share;
}

std::int64_t Product::numbers() const {
  if (!fused) return count * (m * k + k * n + m * n);
  // All three sizes of a fused product are those of scores; the largest matrix is never stored.
  return count * (m * k + k * n + m * n - std::max({m * k, k * n, m * n}));
}

double Work::flops() const {
  return std::transform_reduce(products.begin(), products.end(), 0.0, std::plus<>{},
                               [](const Product& product) { return product.flops(); });
}

std::int64_t Work::streamed() const {
  return std::transform_reduce(streams.begin(), streams.end(), std::int64_t{0}, std::plus<>{},
                               [](const Stream& stream) { return stream.bytes; });
}

Work& Work::operator+=(const Work& other) {
  products.insert(products.end(), other.products.begin(), other.products.end());
  streams.insert(streams.end(), other.streams.begin(), other.streams.end());
  return *this;
}

}  // namespace commsim
