// What an algorithm may know about the cluster: which ranks share a server, and the like. It never
// sees a graph.
#pragma once

#include <cstdint>
#include <vector>

namespace commsim {

using Rank = std::int32_t;

/// Switches that reduce, as a tree. `participant` is a helper; parents stand before children, the
/// root first; every rank of the tree hangs on exactly one node.
struct ReductionTree {
  struct Node {
    Rank participant = 0;
    int parent = -1;          ///< index in nodes; -1 for the root
    std::vector<Rank> ranks;  ///< directly below
  };
  std::vector<Node> nodes;
};

/// Ranks 0..ranks-1, each in exactly one server. A flat cluster has one rank in each server.
/// Participants from ranks() on are helpers: devices that take part in a collective and are no
/// rank.
struct RankLayout {
  std::vector<std::vector<Rank>> servers;  ///< ascending ranks of each server
  int rails = 1;                           ///< NICs a server has to the others
  /// Servers by pod (a rack, a leaf switch, a group); empty where the network has no pods.
  std::vector<std::vector<int>> pods = {};
  /// The sides of a mesh or torus that has exactly one rank in each cell, and the rank in each
  /// cell, the last side running fastest; empty otherwise.
  std::vector<int> grid_sides = {};
  std::vector<Rank> grid_ranks = {};
  /// All ranks along the fastest links, as a ring; empty if the order of servers is as good.
  std::vector<Rank> ring = {};
  /// The parent of each rank in a minimum spanning tree of the graph; -1 for the root, rank 0.
  /// Empty if nobody has worked it out.
  std::vector<Rank> spanning_tree = {};
  int helpers = 0;
  std::vector<Rank> server_switches =
      {};  ///< the helper that joins all ranks of each server, or -1
  std::vector<ReductionTree> reduction_trees = {};  ///< one for each rail
  std::vector<Rank> hosts = {};                     ///< helpers that can serve parameters

  /// Every rank on its own.
  static RankLayout flat(Rank ranks);
  /// `servers` servers of `per_server` consecutive ranks each.
  static RankLayout uniform(int servers, int per_server, int rails = 1);

  [[nodiscard]] Rank ranks() const;
  [[nodiscard]] Rank participants() const { return ranks() + helpers; }
  /// The common number of ranks a server, or 0 if servers differ.
  [[nodiscard]] int per_server() const;
};

}  // namespace commsim
