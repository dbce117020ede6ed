// The one-step schedules of gather and scatter: all shards to the root, or from it, at once.
#pragma once

#include "collectives/algorithm.hpp"
#include "collectives/programs/rank_tree.hpp"
#include "collectives/shards.hpp"

namespace commsim {

/// Up: every rank sends its shard to the root. Down: the root sends every rank its shard.
class RootedDirect final : public Program {
 public:
  /// REQUIRES: flow is one way.
  RootedDirect(TreeFlow flow, Rank root, const Shards& shards)
      : gathers_(flow == TreeFlow::kUp), root_(root), shards_(shards) {}

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank /*participant*/, int /*lane*/) const override {
    return shards_.ranks() > 1 ? 1 : 0;
  }
  void step(Rank r, int lane, int step, Step& out) const override;

 private:
  bool gathers_;
  Rank root_;
  Shards shards_;
};

/// The slowest message between the root and another rank; the same both ways. O(ranks).
Duration rooted_direct_time(Rank root, const CollectiveCall& call, AlphaBetaCost inner,
                            AlphaBetaCost outer);

}  // namespace commsim
