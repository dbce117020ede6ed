// What the links of each rank carry, kept once for all ranks alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// All that the links into a part of the graph, and out of it, carry, in bits per second.
struct RankEdge {
  Int128 in = 0;
  Int128 out = 0;

  friend bool operator==(const RankEdge&, const RankEdge&) = default;
};

class LoneRanks {
 public:
  /// Ranks with the same edge.
  struct Kind {
    RankEdge edge;
    Rank first = 0;
    Rank second = -1;  ///< -1: the first is the only one
  };

  LoneRanks() = default;
  /// O(links of the ranks).
  explicit LoneRanks(const Topology& topology);

  [[nodiscard]] const RankEdge& edge(Rank rank) const {
    return kinds_[kind_of_[static_cast<std::size_t>(rank)]].edge;
  }
  /// In the order of their first ranks.
  [[nodiscard]] std::span<const Kind> kinds() const { return kinds_; }
  /// The edges of all ranks together.
  [[nodiscard]] const RankEdge& all() const { return all_; }

 private:
  std::vector<Kind> kinds_;
  std::vector<std::uint32_t> kind_of_;  // by rank
  RankEdge all_;
};

}  // namespace commsim
