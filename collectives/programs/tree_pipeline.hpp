// Data in pieces along trees of any shape, each tree with a part of its own.
#pragma once

#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/pieces.hpp"
#include "collectives/programs/rank_tree.hpp"

namespace commsim {

/// A tree over all ranks and the part of the data that it moves.
struct PipelinedTree {
  std::vector<TreeNode> nodes;
  Bytes offset;
  Pieces pieces;
};

/// In a step a rank takes piece i from one side and passes piece i - 1 to the other. Every tree has
/// a lane for each direction, the way up first. Up, pieces are summed; the root turns them round.
class TreePipeline final : public Program {
 public:
  /// REQUIRES: at least one tree, and all span the same ranks.
  TreePipeline(TreeFlow flow, std::vector<PipelinedTree> trees)
      : flow_(flow), trees_(std::move(trees)) {}

  [[nodiscard]] int participants() const override {
    return static_cast<int>(trees_.front().nodes.size());
  }
  [[nodiscard]] int lanes() const override {
    return static_cast<int>(trees_.size()) * lanes_per_tree();
  }
  [[nodiscard]] int steps(Rank r, int lane) const override;
  void step(Rank r, int lane, int step, Step& out) const override;

 private:
  [[nodiscard]] int lanes_per_tree() const { return flow_ == TreeFlow::kUpAndDown ? 2 : 1; }
  [[nodiscard]] const PipelinedTree& tree_of(int lane) const {
    return trees_[static_cast<std::size_t>(lane / lanes_per_tree())];
  }

  TreeFlow flow_;
  std::vector<PipelinedTree> trees_;
};

/// The whole vector along one chain; pieces are the call's `chunk`.
std::vector<PipelinedTree> chain_of(const CollectiveCall& call, Rank root, int step);

/// For each of the call's `channels` two trees, each with half of the channel's share:
/// server_tree() or, with a root, rooted_tree().
std::vector<PipelinedTree> tree_pairs(const CollectiveCall& call, std::optional<Rank> root);

/// With k pieces of c bytes, the last one l, and h links between the root and the farthest rank,
/// twice that for both directions: T = h a + ((k + h - 2) c + l) b for the slowest tree. Nothing if
/// links differ.
std::optional<Duration> pipeline_time(TreeFlow flow, const std::vector<PipelinedTree>& trees,
                                      const CollectiveCall& call, AlphaBetaCost inner,
                                      AlphaBetaCost outer);

}  // namespace commsim
