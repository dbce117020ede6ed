// Layouts with everything that an algorithm may ask for.
#pragma once

#include <algorithm>

#include "collectives/rank_layout.hpp"

namespace commsim::layouts {

/// A switch in each server of several ranks, a tree of switches for each rail, as many hosts as
/// `hosts`, a spanning tree, and a grid if the number of ranks has two sides greater than 1.
inline RankLayout complete(RankLayout layout, int hosts = 2) {
  const Rank ranks = layout.ranks();
  Rank next = ranks;
  for (const auto& server : layout.servers) {
    layout.server_switches.push_back(server.size() > 1 ? next++ : -1);
  }
  std::size_t smallest = layout.servers.front().size();
  for (const auto& server : layout.servers) smallest = std::min(smallest, server.size());
  layout.rails = std::min(layout.rails, static_cast<int>(smallest));
  // Rail i holds the ranks whose number in their server is i mod rails; leaves of up to three
  // ranks, below one root where there are several.
  for (int rail = 0; rail < layout.rails; ++rail) {
    std::vector<Rank> members;
    for (const auto& server : layout.servers) {
      for (std::size_t i = 0; i < server.size(); ++i) {
        if (static_cast<int>(i) % layout.rails == rail) members.push_back(server[i]);
      }
    }
    ReductionTree tree;
    constexpr std::size_t kLeaf = 3;
    const bool one_leaf = members.size() <= kLeaf;
    if (!one_leaf) tree.nodes.push_back({.participant = next++, .ranks = {}});
    for (std::size_t first = 0; first < members.size(); first += kLeaf) {
      auto& leaf = tree.nodes.emplace_back();
      leaf.participant = next++;
      leaf.parent = one_leaf ? -1 : 0;
      for (std::size_t i = first; i < std::min(first + kLeaf, members.size()); ++i) {
        leaf.ranks.push_back(members[i]);
      }
    }
    layout.reduction_trees.push_back(std::move(tree));
  }
  for (int i = 0; i < hosts; ++i) layout.hosts.push_back(next++);
  layout.helpers = next - ranks;
  for (Rank r = 0; r < ranks; ++r) layout.spanning_tree.push_back(r == 0 ? -1 : (r - 1) / 2);
  for (int side = 2; side * side <= ranks; ++side) {
    if (ranks % side == 0) layout.grid_sides = {ranks / side, side};
  }
  if (!layout.grid_sides.empty()) {
    for (Rank r = 0; r < ranks; ++r) layout.grid_ranks.push_back(r);
  }
  return layout;
}

}  // namespace commsim::layouts
