// Trees over ranks: chains, and NCCL's pairs of binary trees over ranks or over servers.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "collectives/rank_layout.hpp"

namespace commsim {

/// A place in a tree; -1 is nobody. A head of a server has two servers and its own chain below it.
struct TreeNode {
  Rank parent = -1;
  std::array<Rank, 3> child{-1, -1, -1};
  int children = 0;

  void add(Rank rank) {
    if (rank >= 0) child[static_cast<std::size_t>(children++)] = rank;
  }
  [[nodiscard]] std::span<const Rank> below() const {
    return std::span(child).first(static_cast<std::size_t>(children));
  }
  /// Whether it passes on what it receives.
  [[nodiscard]] bool interior() const { return parent >= 0 && children > 0; }
};

/// NCCL's trees of `ranks` ranks (src/graph/trees.cc; Sanders, Speck and Traeff, "Two-tree
/// algorithms for full bandwidth broadcast, reduction and scan", Parallel Computing 2009). Tree 0:
/// with b the lowest bit of r, the parent is r^b|2b, or r^b where there is no such rank; the
/// children are r-b/2 and r+b/2. Tree 1 is tree 0 mirrored for even `ranks`, else shifted by one.
/// Ranks that pass data on in one tree are leaves of the other if `ranks` is even; for odd ones all
/// but rank 0.
TreeNode binary_tree_node(int tree, Rank rank, Rank ranks);

/// Whether data go to the root of a tree, from it, or there and back.
enum class TreeFlow : std::uint8_t { kUp, kDown, kUpAndDown };

/// The chain root, root + step, root + 2 step, ..., mod `ranks`. REQUIRES: step is 1 or -1.
std::vector<TreeNode> chain(Rank ranks, Rank root, int step);

/// A tree over all ranks: tree `tree` over the servers, the head of each being the rank that
/// spread_local() gives channel `channel` of `channels`, and in each server a chain of its ranks
/// from the head on.
std::vector<TreeNode> server_tree(const RankLayout& layout, int tree, int channel, int channels);

/// A tree over all ranks with any root, for collectives that have one: over the servers, that of
/// the root first, tree 0 of binary_tree_node(), or in tree 1 the same with its places, except the
/// root's, mirrored or shifted by one, so that no server but the root's passes data on in both. The
/// root's server leaves by the rank that spread_local() gives the channel; the root is next to it.
std::vector<TreeNode> rooted_tree(const RankLayout& layout, Rank root, int tree, int channel,
                                  int channels);

/// The links between the root and the farthest rank.
int tree_height(std::span<const TreeNode> nodes);

}  // namespace commsim
