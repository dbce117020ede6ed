// A row of items cut into parts, so that the most expensive part is as cheap as possible.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/units.hpp"

namespace commsim {

struct BalancedCuts {
  std::int64_t items = 1;
  std::int64_t parts = 1;
  std::int64_t least = 1;  ///< items of each part
  /// Of the items [first, last) as that part; it does not fall as items are added.
  std::function<Duration(std::int64_t part, std::int64_t first, std::int64_t last)> cost;
  /// By part and first item: where the part ends at the latest; empty: wherever.
  std::vector<std::vector<std::int64_t>> last_of = {};

  /// Items of each part, in order: the least largest cost, and of those cuts the least sum of
  /// squared costs. Empty if there is no such cut. O(parts * items^2), by dynamic programming over
  /// the parts. Throws RequestError for more than 400 million of these.
  [[nodiscard]] std::vector<std::int64_t> find() const;
};

}  // namespace commsim
