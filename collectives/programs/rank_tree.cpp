#include "collectives/programs/rank_tree.hpp"

#include <algorithm>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "core/index.hpp"

namespace commsim {
namespace {

Rank lowest_bit(Rank r) { return r & -r; }

TreeNode first_tree_node(Rank r, Rank p) {
  TreeNode node;
  if (r == 0) {
    node.add(p > 1 ? power_of_two_within(p - 1) : -1);
    return node;
  }
  const Rank bit = lowest_bit(r);
  const Rank up = (r ^ bit) | (bit << 1);
  node.parent = up < p ? up : r ^ bit;
  Rank half = bit / 2;
  if (half > 0) node.add(r - half);
  while (half > 0 && r + half >= p) half /= 2;
  if (half > 0) node.add(r + half);
  return node;
}

void join(std::vector<TreeNode>& nodes, Rank parent, Rank child) {
  nodes[index(child)].parent = parent;
  nodes[index(parent)].add(child);
}

// Names of the ranks in tree 1, given those in tree 0, and the other way round.
Rank renamed(Rank r, Rank p) { return p % 2 == 0 ? p - 1 - r : (r + 1) % p; }
Rank original(Rank r, Rank p) { return p % 2 == 0 ? p - 1 - r : (r + p - 1) % p; }

}  // namespace

TreeNode binary_tree_node(int tree, Rank rank, Rank ranks) {
  if (tree == 0) return first_tree_node(rank, ranks);
  const TreeNode twin = first_tree_node(original(rank, ranks), ranks);
  TreeNode node;
  if (twin.parent >= 0) node.parent = renamed(twin.parent, ranks);
  for (const Rank child : twin.below()) node.add(renamed(child, ranks));
  return node;
}

std::vector<TreeNode> server_tree(const RankLayout& layout, int tree, int channel, int channels) {
  const auto member = [&](Rank server, std::size_t i) {
    const auto& ranks = layout.servers[static_cast<std::size_t>(server)];
    const int head = spread_local(channel, channels, static_cast<int>(ranks.size()));
    return ranks[(static_cast<std::size_t>(head) + i) % ranks.size()];
  };
  std::vector<TreeNode> nodes(static_cast<std::size_t>(layout.ranks()));
  const auto servers = static_cast<Rank>(layout.servers.size());
  for (Rank s = 0; s < servers; ++s) {
    const TreeNode among = binary_tree_node(tree, s, servers);
    TreeNode& head = nodes[static_cast<std::size_t>(member(s, 0))];
    if (among.parent >= 0) head.parent = member(among.parent, 0);
    for (const Rank below : among.below()) head.add(member(below, 0));
    for (std::size_t i = 1; i < layout.servers[static_cast<std::size_t>(s)].size(); ++i) {
      nodes[static_cast<std::size_t>(member(s, i))].parent = member(s, i - 1);
      nodes[static_cast<std::size_t>(member(s, i - 1))].add(member(s, i));
    }
  }
  return nodes;
}

std::vector<TreeNode> chain(Rank ranks, Rank root, int step) {
  std::vector<TreeNode> nodes(index(ranks));
  Rank at = root;
  for (Rank i = 1; i < ranks; ++i) {
    const Rank next = (at + step + ranks) % ranks;
    join(nodes, at, next);
    at = next;
  }
  return nodes;
}

std::vector<TreeNode> rooted_tree(const RankLayout& layout, Rank root, int tree, int channel,
                                  int channels) {
  const auto servers = static_cast<Rank>(layout.servers.size());
  const auto root_server = static_cast<Rank>(servers_of(layout)[index(root)]);
  // Place 0 is the root in both trees; the others form a tree of servers - 1 places below it.
  const auto server_at = [&](Rank place) {
    Rank renamed_place = place;
    if (tree == 1 && place > 0) {
      renamed_place = servers % 2 == 1 ? servers - place : place % (servers - 1) + 1;
    }
    return (root_server + renamed_place) % servers;
  };
  // The rank of a server that other servers reach.
  const auto head = [&](Rank server) {
    const auto& ranks = layout.servers[index(server)];
    return ranks[index(spread_local(channel, channels, static_cast<int>(ranks.size())))];
  };

  std::vector<TreeNode> nodes(index(layout.ranks()));
  for (Rank place = 0; place < servers; ++place) {
    const Rank server = server_at(place);
    const TreeNode among = binary_tree_node(0, place, servers);
    for (const Rank below : among.below()) join(nodes, head(server), head(server_at(below)));
    Rank last = head(server);
    if (server == root_server && root != last) join(nodes, root, last);
    const auto& ranks = layout.servers[index(server)];
    const int first = spread_local(channel, channels, static_cast<int>(ranks.size()));
    for (std::size_t i = 1; i < ranks.size(); ++i) {
      const Rank next = ranks[(index(first) + i) % ranks.size()];
      if (next == root) continue;
      join(nodes, last, next);
      last = next;
    }
  }
  return nodes;
}

int tree_height(std::span<const TreeNode> nodes) {
  std::vector<Rank> level;
  for (std::size_t r = 0; r < nodes.size(); ++r) {
    if (nodes[r].parent < 0) level.push_back(static_cast<Rank>(r));
  }
  int height = -1;
  while (!level.empty()) {
    ++height;
    std::vector<Rank> next;
    for (const Rank r : level) {
      const auto below = nodes[static_cast<std::size_t>(r)].below();
      next.insert(next.end(), below.begin(), below.end());
    }
    level = std::move(next);
  }
  return std::max(height, 0);
}

}  // namespace commsim
