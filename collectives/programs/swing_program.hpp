// Swing (De Sensi et al., Swing: short-cutting rings for higher bandwidth allreduce, NSDI 2024).
//
// In step s rank r meets r + rho(s) if r is even, r - rho(s) if it is odd, mod p, where
// rho(s) = (1 - (-2)^(s+1)) / 3 = 1, -1, 3, -5, 11, ...: every step is a perfect matching, and
// peers are a third nearer than in recursive doubling. On a grid the steps take its dimensions in
// turn.
#pragma once

#include "collectives/partition.hpp"
#include "collectives/programs/rank_grid.hpp"

namespace commsim {

/// How the steps of one channel go; channel c begins with the last dimension but c/2, and goes the
/// other way round if c is odd.
class SwingSteps {
 public:
  /// REQUIRES: all sides are powers of two.
  SwingSteps(const RankGrid& grid, int channel);

  [[nodiscard]] int count() const { return static_cast<int>(moves_.size()); }
  /// The cell that a cell meets in a step.
  [[nodiscard]] Rank peer(const RankGrid& grid, Rank cell, int step) const;

 private:
  struct Move {
    int dimension;
    int distance;  // of even coordinates, between 0 and the side
  };
  std::vector<Move> moves_;
};

/// What peers exchange: in all steps everything (the latency-optimal variant), or in reduce-scatter
/// and all-gather the shares that are on their way (the bandwidth-optimal one).
enum class SwingVariant : std::uint8_t { kLatency, kBandwidth };

/// One lane and one slice of the buffer for each channel.
class SwingProgram final : public Program {
 public:
  /// REQUIRES: all sides are powers of two.
  SwingProgram(SwingVariant variant, Bytes size, Bytes element, RankGrid grid, int channels);

  [[nodiscard]] int participants() const override { return grid_.ranks(); }
  [[nodiscard]] int lanes() const override { return static_cast<int>(lanes_.size()); }
  [[nodiscard]] int steps(Rank /*participant*/, int lane) const override {
    return lanes_[static_cast<std::size_t>(lane)].steps.count() *
           (variant_ == SwingVariant::kBandwidth ? 2 : 1);
  }
  void step(Rank participant, int lane, int step, Step& out) const override;

 private:
  struct Lane {
    SwingSteps steps;
    Range slice;
    Partition shares;  // of the slice, one for each cell
  };
  // The shares that `cell` reaches by the steps from `step` on, in a fixed order.
  template <typename Visit>
  void for_each_reached(const Lane& lane, Rank cell, int step, Visit visit) const;

  SwingVariant variant_;
  RankGrid grid_;
  std::vector<Lane> lanes_;
};

/// Builds the program of a call; throws RequestError unless all sides are powers of two. The
/// default is the layout's own grid, else one row of all ranks.
std::unique_ptr<Program> make_swing(SwingVariant variant, const CollectiveCall& call);
/// The sum over steps of one message each. Exact where all shares are equal and all links too.
std::optional<Duration> swing_time(SwingVariant variant, const CollectiveCall& call,
                                   AlphaBetaCost inner, AlphaBetaCost outer);

}  // namespace commsim
