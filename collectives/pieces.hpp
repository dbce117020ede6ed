// A buffer cut into pieces of one size, the last one smaller: what pipelined schedules move.
#pragma once

#include <algorithm>

#include "core/units.hpp"

namespace commsim {

/// `size` bytes in pieces of `chunk` bytes. Nothing at all is one empty piece, for an empty message
/// still travels. REQUIRES: chunk > 0, and the number of pieces fits an int.
class Pieces {
 public:
  constexpr Pieces(Bytes size, Bytes chunk)
      : size_(size),
        chunk_(std::min(size, chunk)),
        count_(size.count() == 0 ? 1 : static_cast<int>((size.count() - 1) / chunk.count() + 1)) {}

  [[nodiscard]] constexpr int count() const { return count_; }
  [[nodiscard]] constexpr Bytes offset(int i) const { return chunk_ * i; }
  [[nodiscard]] constexpr Bytes length(int i) const {
    return i + 1 < count_ ? chunk_ : size_ - offset(i);
  }
  [[nodiscard]] constexpr Bytes first() const { return chunk_; }
  [[nodiscard]] constexpr Bytes last() const { return length(count_ - 1); }

 private:
  Bytes size_;
  Bytes chunk_;
  int count_;
};

}  // namespace commsim
