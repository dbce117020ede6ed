// The same collective on every line of a grid: what levels of groups are made of.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "collectives/programs/rank_grid.hpp"

namespace commsim {

/// On each line along one dimension a program among its ranks, in the order of their coordinates.
/// Lines with the same coordinates in the dimensions behind that one have the same program. Which
/// line a rank is on is arithmetic, so that memory does not follow the ranks.
class LineProgram final : public Program {
 public:
  /// What the lines of one kind do, and where in the buffers.
  struct Share {
    const Program* program = nullptr;
    Bytes offset;
  };

  /// `shares` has one entry for each combination of the coordinates behind `dimension`, the last
  /// running fastest; `programs` holds what they point to. Participants beyond the cells of the
  /// grid have no steps.
  LineProgram(RankGrid grid, int dimension, int participants,
              std::vector<std::unique_ptr<Program>> programs, std::vector<Share> shares);

  [[nodiscard]] int participants() const override { return participants_; }
  [[nodiscard]] int lanes() const override { return lanes_; }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;
  bool send_receive(Rank participant, int lane, int step, SendReceive& out) const override;
  bool visit_runs(RingRunVisitor& out) const override;
  [[nodiscard]] Bytes scratch(Rank participant) const override;
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override;

 private:
  // Where a rank stands.
  struct Place {
    Rank line = 0;   // the cell at coordinate 0
    Rank local = 0;  // its coordinate
  };
  [[nodiscard]] Place place_of(Rank rank) const {
    const Rank cell = grid_.cell_of(rank);
    const Rank local = cell / stride_ % side_;
    return {.line = cell - local * stride_, .local = local};
  }
  [[nodiscard]] const Share& share_of(Rank line) const {
    return shares_[static_cast<std::size_t>(line % stride_)];
  }
  [[nodiscard]] Rank rank_at(Place place, Rank local) const {
    return grid_.rank_at(place.line + local * stride_);
  }
  // Calls visit(line) for the cell at coordinate 0 of every line until it returns false.
  template <typename Visit>
  bool all_lines(Visit visit) const;

  RankGrid grid_;
  Rank stride_;  // from cell to cell of a line
  Rank side_;    // cells of a line
  int participants_;
  int lanes_ = 1;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<Share> shares_;
};

}  // namespace commsim
