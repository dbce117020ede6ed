// The one-step schedules of all_gather and reduce_scatter: everybody to everybody at once.
#pragma once

#include "collectives/algorithm.hpp"
#include "collectives/partition.hpp"

namespace commsim {

/// all_gather: r sends shard r to every q; reduce_scatter: r sends shard q to every q, who sums.
class DirectProgram final : public Program {
 public:
  DirectProgram(Rank ranks, Partition shards, bool reduces)
      : ranks_(ranks), shards_(shards), reduces_(reduces) {}

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return ranks_ > 1 ? 1 : 0;
  }
  void step(Rank participant, int lane, int step, Step& out) const override;
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override;

 private:
  [[nodiscard]] Range shard(Rank of) const {
    return {.offset = shards_.offset(of), .length = shards_.length(of)};
  }

  Rank ranks_;
  Partition shards_;
  bool reduces_;
};

/// The longest message among those within servers and among those between them. Both collectives
/// send the same: a message with shard r between rank r and each other rank.
std::optional<Duration> direct_time(const CollectiveCall& call, AlphaBetaCost inner,
                                    AlphaBetaCost outer);

}  // namespace commsim
