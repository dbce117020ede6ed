// What the messages of one place of a ring are together, without looking at each.
#pragma once

#include <vector>

#include "collectives/ring_run.hpp"

namespace commsim {

/// Sums over the chunks that a place sends in a run, which follow each other backwards.
class RowTotals {
 public:
  struct Total {
    Bytes bytes;
    std::int64_t empty = 0;  ///< messages without bytes
  };

  /// O(places).
  void add_up(const RingRun& run) {
    sums_.assign(1, {});
    for (const Bytes chunk : run.chunks) {
      Total sum = sums_.back();
      sum.bytes += chunk;
      sum.empty += chunk == Bytes{0} ? 1 : 0;
      sums_.push_back(sum);
    }
  }
  /// Whether some chunk has no bytes.
  [[nodiscard]] bool has_empty() const { return sums_.back().empty > 0; }
  /// All that a place sends in the run that was added up last. O(1). Throws RequestError if the sum
  /// is no number of bytes.
  [[nodiscard]] Total of(const RingRun& run, std::size_t place) const {
    const std::size_t places = run.order.size();
    const auto steps = static_cast<std::size_t>(run.steps);
    const auto rounds = static_cast<std::int64_t>(steps / places);
    const Total& round = sums_.back();
    Total total{.bytes = round.bytes * rounds, .empty = round.empty * rounds};
    // The rest ends with the first chunk that is sent.
    const std::size_t rest = steps % places;
    const std::size_t end = run.chunk_of(place, 0) + 1;
    if (rest <= end) {
      add(total, end - rest, end);
    } else {
      add(total, 0, end);
      add(total, places + end - rest, places);
    }
    return total;
  }

 private:
  void add(Total& total, std::size_t begin, std::size_t end) const {
    total.bytes += sums_[end].bytes - sums_[begin].bytes;
    total.empty += sums_[end].empty - sums_[begin].empty;
  }

  std::vector<Total> sums_;  // of the chunks before each
};

}  // namespace commsim
