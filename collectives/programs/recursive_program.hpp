// Recursive halving and doubling: at distance d rank r exchanges blocks of d shards with r xor d.
#pragma once

#include "collectives/algorithm.hpp"
#include "collectives/partition.hpp"

namespace commsim {

/// The `distance` shards that `self` keeps, or has, when it parts with the peer at that distance.
/// REQUIRES: distance is a power of two, and so is the number of shards.
inline Range recursive_block(const Partition& shards, Rank self, Rank distance) {
  const Rank first = self & ~(distance - 1);
  const Bytes offset = shards.offset(first);
  return {.offset = offset, .length = shards.offset(first + distance) - offset};
}

/// reduce_scatter over distances p/2, p/4, ..., 1, or all_gather over 1, 2, ..., p/2.
class RecursiveProgram final : public Program {
 public:
  /// Throws RequestError unless the ranks of the call are a power of two; `name` is who says so.
  RecursiveProgram(const CollectiveCall& call, bool reduces, std::string_view name);

  [[nodiscard]] int participants() const override { return 1 << levels_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override { return levels_; }
  void step(Rank r, int lane, int step, Step& out) const override;
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override;

 private:
  int levels_;
  Partition shards_;
  bool reduces_;
};

/// The sum over distances d of a message with the first d shards, which are the longest: the first
/// half of the ranks always sends or receives them. Nothing if the ranks are no power of two, or if
/// some pairs at one distance share a server and others do not.
std::optional<Duration> recursive_time(const CollectiveCall& call, AlphaBetaCost inner,
                                       AlphaBetaCost outer);

}  // namespace commsim
