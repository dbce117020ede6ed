// Permutations of ranks that move blocks of them round: what symmetries of clusters and schedules
// look like.
#pragma once

#include <compare>
#include <cstdint>

namespace commsim {

/// In each block of `period` consecutive ranks, everybody moves on by `step`, round the block.
/// REQUIRES: 1 <= step < period, and step divides period.
struct RankShift {
  std::int32_t period = 1;
  std::int32_t step = 1;

  [[nodiscard]] constexpr std::int32_t operator()(std::int32_t rank) const {
    const std::int32_t place = rank % period;
    const std::int32_t moved = place + step;
    return rank - place + (moved < period ? moved : moved - period);
  }
  /// How many times it has to be applied until all are back.
  [[nodiscard]] constexpr std::int32_t order() const { return period / step; }
  /// How many times it has been applied to the rank of the first part of its block that comes here.
  [[nodiscard]] constexpr std::int32_t times(std::int32_t rank) const {
    return rank % period / step;
  }

  friend constexpr auto operator<=>(const RankShift&, const RankShift&) = default;
};

}  // namespace commsim
