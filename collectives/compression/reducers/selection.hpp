// Which elements of a tensor are the largest in magnitude. What is not finite counts as larger than
// every number, NaN and infinity alike; of equal magnitudes the first by position come first, so
// that the choice and its number are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace commsim {

struct Selection {
  std::vector<std::uint32_t> positions;  ///< ascending
  bool lost = false;                     ///< something that is not finite was not selected
};

/// Part of `elements`, rounded up; at least one if there are any. An error of the last bits of
/// density * elements is not rounded up: 7 % of 100 are 7. REQUIRES: 0 < density <= 1.
[[nodiscard]] std::size_t part_of(double density, std::size_t elements);

/// Where !(|x| <= tau). REQUIRES: tau >= 0 and finite; at most 2^32 values, as below.
[[nodiscard]] Selection larger_than(std::span<const float> values, float tau);

/// The `count` largest: a band that holds the smallest of them is guessed from a sample, gathered
/// in one pass, and searched by its bits; where the guess fails, all values are. The outcome does
/// not depend on the guess. REQUIRES: count <= values.size(). O(n), two passes as a rule.
[[nodiscard]] Selection largest(std::span<const float> values, std::size_t count);

/// About the largest part_of(density, n): all that are not zero and not smaller than the element
/// that bounds this part of a random sample, which has part_of(sample, n) elements, or more if so
/// few would hold less than ten of them.
[[nodiscard]] Selection about_largest(std::span<const float> values, double density, double sample,
                                      std::uint64_t seed);

/// Whether any is NaN or infinite.
[[nodiscard]] bool any_not_finite(std::span<const float> values);

}  // namespace commsim
