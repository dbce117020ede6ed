// Parallel aggregated trees (PAT) of all_gather, and backwards of reduce_scatter.
//
// The shard of rank r reaches rank r + x by a binomial tree in which x hears from x without its
// lowest bit, all ranks mod p. With 2^K >= p and messages of at most A = 2^a shards:
//   a steps at distances 2^(K-1), 2^(K-2), ..., 2^(K-a), each with all shards for that distance
//   then one step for each y = 1..2^(K-a) - 1 below p, far subtrees first, with the shards for
//   x = y, y + 2^(K-a), y + 2 2^(K-a), ..., which come from x without its lowest bit
// A shard's own message goes furthest first, so that most bytes go to the nearest rank. With A =
// 2^(K-1) there are K steps: Bruck's algorithm with its distances reversed.
#pragma once

#include "collectives/algorithm.hpp"
#include "collectives/shards.hpp"

namespace commsim {

class PatProgram final : public Program {
 public:
  /// A is the largest power of two so that A shards fit the call's chunk, NCCL's buffer of 4 MiB by
  /// default, but at least 1 and at most 2^(K-1). Throws RequestError if the chunk is no positive
  /// multiple of the element.
  PatProgram(const CollectiveCall& call, bool reduces);

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return far_ + near_places() - 1;
  }
  void step(Rank r, int lane, int step, Step& out) const override;

  /// The shards of a message in that step.
  [[nodiscard]] Rank shards_in(int step) const;

 private:
  // The message of a step of the all-gather: to the rank `distance` further on, for x = first,
  // first + stride, ...
  struct Message {
    Rank distance;
    Rank first;
    Rank stride;
  };
  [[nodiscard]] Message message(int step) const;
  // 2^(K-a), or p where that is less.
  [[nodiscard]] Rank near_places() const {
    return std::min(1 << (levels_ - far_), shards_.ranks());
  }

  Shards shards_;
  int levels_;  // K
  int far_;     // a
  bool reduces_;
};

/// The messages one after another; nothing unless all shards and links are equal. O(steps).
std::optional<Duration> pat_time(const CollectiveCall& call, AlphaBetaCost inner,
                                 AlphaBetaCost outer);

}  // namespace commsim
