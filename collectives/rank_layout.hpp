// What an algorithm may know about the cluster: which ranks share a server. It never sees a graph.
#pragma once

#include <cstdint>
#include <vector>

namespace commsim {

using Rank = std::int32_t;

/// Ranks 0..ranks-1, each in exactly one server. A flat cluster has one rank in each server.
struct RankLayout {
  std::vector<std::vector<Rank>> servers;  ///< ascending ranks of each server
  int rails = 1;                           ///< NICs a server has to the others

  /// Every rank on its own.
  static RankLayout flat(Rank ranks);
  /// `servers` servers of `per_server` consecutive ranks each.
  static RankLayout uniform(int servers, int per_server, int rails = 1);

  [[nodiscard]] Rank ranks() const;
  /// The common number of ranks a server, or 0 if servers differ.
  [[nodiscard]] int per_server() const;
};

}  // namespace commsim
