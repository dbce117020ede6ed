// How a buffer is cut into nearly equal parts.
#pragma once

#include <algorithm>

#include "core/units.hpp"

namespace commsim {

/// `size` bytes cut into `parts` parts of whole elements: the first (size / element) mod parts of
/// them get one element more. REQUIRES: parts >= 1, and `element` divides `size`.
class Partition {
 public:
  constexpr Partition(Bytes size, std::int64_t parts, Bytes element)
      : element_(element), least_(size / element / parts), longer_(size / element % parts) {}

  /// Where part `i` begins; offset(parts) is the end. Parts i..j-1 are offset(j) - offset(i) long.
  [[nodiscard]] constexpr Bytes offset(std::int64_t i) const {
    return (least_ * i + std::min(i, longer_)) * element_;
  }
  [[nodiscard]] constexpr Bytes length(std::int64_t i) const {
    return (least_ + (i < longer_ ? 1 : 0)) * element_;
  }
  /// How many parts, the first ones, have one element more than the others.
  [[nodiscard]] constexpr std::int64_t longer() const { return longer_; }
  /// The length of the longest part, which is the first.
  [[nodiscard]] constexpr Bytes longest() const { return length(0); }

 private:
  Bytes element_;
  std::int64_t least_;
  std::int64_t longer_;
};

}  // namespace commsim
