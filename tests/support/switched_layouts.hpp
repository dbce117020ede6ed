// Layouts with switches that reduce, built by hand.
#pragma once

#include <vector>

#include "collectives/rank_layout.hpp"

namespace commsim::layouts {

/// `layout` with a switch in every server.
inline RankLayout with_server_switches(RankLayout layout) {
  for (std::size_t s = 0; s < layout.servers.size(); ++s) {
    layout.server_switches.push_back(layout.participants());
    ++layout.helpers;
  }
  return layout;
}

/// `layout` with one more tree of switches over `ranks`, of `levels` levels above them, every
/// switch with up to `arity` below it; above a level that has but one switch stands one more.
inline RankLayout with_tree(RankLayout layout, const std::vector<Rank>& ranks, int levels,
                            int arity) {
  struct Below {
    std::vector<Rank> ranks;
    std::vector<std::size_t> nodes;
  };
  // From the leaves up, then turned round so that parents stand first.
  std::vector<Below> nodes;
  std::vector<std::size_t> level;
  const std::size_t most_ranks = levels == 1 ? ranks.size() : static_cast<std::size_t>(arity);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (i % most_ranks == 0) {
      level.push_back(nodes.size());
      nodes.emplace_back();
    }
    nodes.back().ranks.push_back(ranks[i]);
  }
  for (int l = 1; l < levels; ++l) {
    std::vector<std::size_t> above;
    const std::size_t most = l + 1 == levels ? level.size() : static_cast<std::size_t>(arity);
    for (std::size_t i = 0; i < level.size(); ++i) {
      if (i % most == 0) {
        above.push_back(nodes.size());
        nodes.emplace_back();
      }
      nodes.back().nodes.push_back(level[i]);
    }
    level = above;
  }
  ReductionTree tree;
  tree.nodes.resize(nodes.size());
  const std::size_t last = nodes.size() - 1;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    auto& node = tree.nodes[last - n];
    node.participant = layout.participants();
    ++layout.helpers;
    node.ranks = nodes[n].ranks;
    for (const std::size_t child : nodes[n].nodes) {
      tree.nodes[last - child].parent = static_cast<int>(last - n);
    }
  }
  layout.reduction_trees.push_back(std::move(tree));
  return layout;
}

/// Servers with a tree of switches for each rail, rail i being the ranks whose number in their
/// server is i mod `rails`.
inline RankLayout with_rail_trees(RankLayout layout, int rails, int levels, int arity) {
  layout.rails = rails;
  for (int rail = 0; rail < rails; ++rail) {
    std::vector<Rank> ranks;
    for (const auto& server : layout.servers) {
      for (std::size_t i = 0; i < server.size(); ++i) {
        if (static_cast<int>(i) % rails == rail) ranks.push_back(server[i]);
      }
    }
    layout = with_tree(std::move(layout), ranks, levels, arity);
  }
  return layout;
}

/// All ranks, by number.
inline std::vector<Rank> all_ranks(const RankLayout& layout) {
  std::vector<Rank> ranks;
  for (Rank r = 0; r < layout.ranks(); ++r) ranks.push_back(r);
  return ranks;
}

}  // namespace commsim::layouts
