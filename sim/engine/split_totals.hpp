// What links have carried of messages that were split: exact fractions, rounded once.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/paged.hpp"
#include "core/units.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Sums of bytes * share / whole by link. The order of the sum does not matter.
class SplitTotals {
 public:
  explicit SplitTotals(std::size_t links) : links_(links) {}

  void add(LinkId link, Bytes bytes, std::int64_t share, std::int64_t whole);
  /// Adds each sum, rounded up, to `bytes`; sets `rounding` to how much that may be too much, or
  /// leaves it empty if nothing was rounded. Throws RequestError if a sum is no number of bytes.
  void add_to(std::span<Bytes> bytes, std::vector<Bytes>& rounding) const;

 private:
  std::size_t links_;
  std::map<std::int64_t, Paged<Int128>> by_whole_;  // bytes * share, by link
};

}  // namespace commsim
