// Seeded normal numbers, the same on every platform but for the last bit of its logarithm and
// cosine. std::normal_distribution differs between implementations.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/random.hpp"

namespace commsim {

/// Independent numbers of mean 0 and variance 1, two from each pair of uniform ones (Box and
/// Muller, "A note on the generation of random normal deviates", 1958). None is beyond 8.6.
class NormalRandom {
 public:
  explicit NormalRandom(std::uint64_t seed) : random_(seed) {}

  double next() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2 * std::log(1 - random_.unit()));  // of (0, 1]
    const double angle = 2 * std::numbers::pi * random_.unit();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }

 private:
  Random random_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace commsim
