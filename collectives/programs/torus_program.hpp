// Rings along one dimension of a grid after the other (BlueConnect; k-dimensional torus).
//
// With sides p_0, p_1, ... in the order in which a channel takes the dimensions, stage i runs the
// ring reduce-scatter of ring_program.hpp along dimension i, on what stage i-1 has left: S / (p_0
// ... p_{i-1}) bytes. All-gathers follow in the opposite order.
#pragma once

#include "collectives/partition.hpp"
#include "collectives/programs/rank_grid.hpp"
#include "collectives/programs/ring_program.hpp"

namespace commsim {

/// One lane for each channel: channel c begins with the last dimension but c/2, and its rings go
/// backwards if c is odd. For kBoth channel c has slice c of the buffer, and a cell's share of it
/// is numbered by the cell's coordinates in the order of the dimensions. For the others a cell's
/// share is slice c of the shard of the rank in it.
class TorusProgram final : public Program {
 public:
  TorusProgram(RingPhases phases, Bytes size, Bytes element, RankGrid grid, int channels);

  [[nodiscard]] int participants() const override { return grid_.ranks(); }
  [[nodiscard]] int lanes() const override { return static_cast<int>(slices_.size()); }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;
  bool visit_runs(RingRunVisitor& out) const override;
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override;

  /// The dimension of a stage.
  [[nodiscard]] int dimension(int lane, int stage) const {
    const int d = grid_.dimensions();
    const int at = d - 1 - stage - lane / 2;
    return at < 0 ? at + d : at;
  }
  /// The largest chunk that a stage moves; nothing where that depends on which ranks meet.
  [[nodiscard]] std::optional<Bytes> longest_chunk(int lane, int stage) const;
  [[nodiscard]] const RankGrid& grid() const { return grid_; }

 private:
  // A coordinate as lanes that go backwards count it, and back.
  [[nodiscard]] static int mirrored(int lane, int side, int i) {
    return lane % 2 == 1 && i > 0 ? side - i : i;
  }
  bool visit_stage(RingRunVisitor& out, int lane, int stage, bool reducing) const;
  [[nodiscard]] bool has_equal_shares() const;
  struct Slice {
    Bytes offset;
    Partition shares;  // kBoth: one for each cell
  };
  // What stage `stage` moves for coordinate `x`, around `cell`: `visit(offset, length)` for each
  // block.
  template <typename Visit>
  void for_each_block(int lane, int stage, Rank cell, int x, Visit visit) const;

  RingPhases phases_;
  RankGrid grid_;
  std::vector<Slice> slices_;  // of channels
  Partition shards_;
  Partition long_shard_;   // slices of a shard, one for each channel
  Partition short_shard_;  // slices of one of the last shards
  int steps_ = 0;          // of a phase
};

/// Builds the program of a call and its grid.
std::unique_ptr<Program> make_torus(RingPhases phases, const CollectiveCall& call);
/// The sum over dimensions of p_i - 1 steps a phase, of the slowest channel. Exact: in each stage
/// the cells with coordinates 0 so far own the longest chunks, begin at the same time, and end
/// last. Nothing if links of one dimension differ, or if unequal shards stand in another order than
/// cells.
std::optional<Duration> torus_time(RingPhases phases, const CollectiveCall& call,
                                   AlphaBetaCost inner, AlphaBetaCost outer);

}  // namespace commsim
