// Ranks in the cells of a grid: what torus, Swing and levels of groups have in common.
#pragma once

#include <optional>
#include <vector>

#include "collectives/algorithm.hpp"

namespace commsim {

/// Cells are numbered with the last side running fastest; each holds one rank.
class RankGrid {
 public:
  /// REQUIRES: sides >= 1, and `ranks` lists every rank once, one for each cell.
  RankGrid(std::vector<int> sides, std::vector<Rank> ranks);

  [[nodiscard]] Rank ranks() const { return count_; }
  [[nodiscard]] int dimensions() const { return static_cast<int>(sides_.size()); }
  [[nodiscard]] const std::vector<int>& sides() const { return sides_; }
  [[nodiscard]] int side(int dimension) const {
    return sides_[static_cast<std::size_t>(dimension)];
  }
  [[nodiscard]] Rank stride(int dimension) const {
    return strides_[static_cast<std::size_t>(dimension)];
  }
  [[nodiscard]] Rank rank_at(Rank cell) const {
    return ranks_.empty() ? cell : ranks_[static_cast<std::size_t>(cell)];
  }
  [[nodiscard]] Rank cell_of(Rank rank) const {
    return cells_.empty() ? rank : cells_[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] int coordinate(Rank cell, int dimension) const {
    return cell / stride(dimension) % side(dimension);
  }
  /// The cell with another coordinate in one dimension.
  [[nodiscard]] Rank moved(Rank cell, int dimension, int coordinate_there) const {
    return cell + (coordinate_there - coordinate(cell, dimension)) * stride(dimension);
  }
  /// The ranks along a dimension, from coordinate 0 on.
  [[nodiscard]] std::vector<Rank> line(Rank cell, int dimension) const;
  /// Whether cell c holds rank c.
  [[nodiscard]] bool in_order() const { return ranks_.empty(); }
  /// How many sides are longer than 1.
  [[nodiscard]] int long_sides() const;

 private:
  std::vector<int> sides_;
  std::vector<Rank> strides_;
  Rank count_ = 1;
  std::vector<Rank> ranks_;  // of cells; empty if cell c holds rank c
  std::vector<Rank> cells_;  // of ranks, likewise
};

/// The grid of a call: its `sides`; else the layout's own grid; else servers by ranks of a server,
/// where several equal servers have several ranks; else the two factors of the number of ranks that
/// are nearest to each other. Cells that are not the layout's hold the ranks server by server.
/// Throws RequestError if the sides do not multiply to the number of ranks.
RankGrid grid_of(const CollectiveCall& call);

/// The parallel schedules of a call on its grid, 1 to 2 d of them, d sides being longer than 1:
/// schedule c begins with another dimension for every two, and odd ones go the other way round. By
/// default all of them (half if no side is longer than 2) on the layout's own grid, else 1. Throws
/// RequestError if there are not as many as asked for.
int grid_channels(const CollectiveCall& call, const RankGrid& grid);

/// The ranks of all servers, server by server.
std::vector<Rank> ranks_by_server(const RankLayout& layout);

/// What a message along a dimension costs, if all cost the same: lines that stay in a server, lines
/// of ranks that are all in different servers, or equal costs.
std::optional<AlphaBetaCost> line_cost(const RankGrid& grid, int dimension,
                                       const std::vector<int>& servers, AlphaBetaCost inner,
                                       AlphaBetaCost outer);

}  // namespace commsim
