// Groups of ranks within groups: the stages of which hierarchical schedules are made.
#pragma once

#include "collectives/compose.hpp"
#include "collectives/programs/rank_grid.hpp"

namespace commsim {

/// Levels of groups: level 0 is the last side of a grid. What a level works on is one share, by the
/// coordinates in the levels below, of a share, and so on, of the whole. Where each rank of a group
/// is on a server of its own and has several NICs, the share is cut into one slice for each.
class GroupLevels {
 public:
  /// `participants` are those of the programs: ranks, and helpers that have nothing to do.
  GroupLevels(RankGrid grid, const CollectiveCall& call, int participants);
  /// Servers, and the i-th ranks of all servers. REQUIRES: equal servers.
  static GroupLevels servers(const CollectiveCall& call, int participants);

  [[nodiscard]] int count() const { return grid_.dimensions(); }
  /// The ranks that meet at a level.
  [[nodiscard]] int ranks(int level) const { return grid_.side(dimension(level)); }
  /// The largest share that a level works on, of `size` bytes; level count() ends with it.
  [[nodiscard]] Bytes longest_share(Bytes size, int level) const;
  /// The slices of a share at a level.
  [[nodiscard]] int slices(int level) const { return slices_[static_cast<std::size_t>(level)]; }
  /// A collective at one level, in all groups at once.
  [[nodiscard]] std::unique_ptr<Program> at_level(int level, const Algorithm& algorithm,
                                                  CollectiveKind kind, Bytes size) const;
  /// The closed form of that on the longest share, if all links of the level cost the same.
  [[nodiscard]] std::optional<Duration> time_at_level(int level, const Algorithm& algorithm,
                                                      CollectiveKind kind, Bytes size,
                                                      const std::vector<int>& servers,
                                                      AlphaBetaCost inner,
                                                      AlphaBetaCost outer) const;

 private:
  [[nodiscard]] int dimension(int level) const { return grid_.dimensions() - 1 - level; }

  RankGrid grid_;
  Bytes element_;
  int participants_;
  std::vector<int> slices_;
};

/// A pipeline of the stages that make(size) builds for a piece of that size.
template <typename Make>
std::unique_ptr<Program> in_pieces(const Pieces& pieces, Make make) {
  std::vector<PipelineStage> stages;
  for (std::unique_ptr<Program>& stage : make(pieces.last())) {
    stages.push_back({.full = nullptr, .last = std::move(stage)});
  }
  if (pieces.count() > 1) {
    auto full = make(pieces.first());
    for (std::size_t s = 0; s < stages.size(); ++s) stages[s].full = std::move(full[s]);
  }
  return pipelined(pieces, std::move(stages));
}

/// Whether the first rank ends a reduce-scatter by that algorithm last, and an all-gather in which
/// it begins last takes as long as if all began with it. Then times of stages add up.
bool adds_up(std::string_view inner);

}  // namespace commsim
