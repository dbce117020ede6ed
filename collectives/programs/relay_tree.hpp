// Trees over ranks and helpers, and data in pieces along them. Ranks add data of their own to what
// passes; helpers only sum and hand on.
#pragma once

#include <utility>
#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/pieces.hpp"
#include "collectives/programs/rank_tree.hpp"

namespace commsim {

/// A tree over some participants, parents before children.
class RelayTree {
 public:
  struct Node {
    Rank participant = 0;
    Rank parent = -1;         ///< a participant; -1 for the root
    std::vector<Rank> below;  ///< participants

    /// Whether it passes on what it receives.
    [[nodiscard]] bool interior() const { return parent >= 0 && !below.empty(); }
  };
  using Link = std::pair<Rank, Rank>;

  /// The participants that `links` join, seen from `root`; a root without links stands alone.
  /// REQUIRES: the links make a tree that has the root.
  RelayTree(const std::vector<Link>& links, Rank root);

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  /// The links between the root and the farthest participant.
  [[nodiscard]] int height() const { return height_; }

 private:
  std::vector<Node> nodes_;
  int height_ = 0;
};

/// A tree and the part of the data that goes along it.
struct RelayPart {
  RelayTree tree;
  Bytes offset;
  Pieces pieces;
};

/// In a step a participant takes piece i from one side and passes piece i - 1 to the other; the
/// root turns each piece round at once. Parts that share no participant share lanes: one for each
/// direction, the way up first.
class RelayProgram final : public Program {
 public:
  /// REQUIRES: at least one part; participants of its trees from `ranks` on are helpers.
  RelayProgram(TreeFlow flow, Rank ranks, int participants, std::vector<RelayPart> parts);

  [[nodiscard]] int participants() const override { return participants_; }
  [[nodiscard]] int lanes() const override {
    return static_cast<int>(rounds_.size()) * lanes_per_round();
  }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;

 private:
  struct Place {
    int part = -1;
    int node = 0;
  };
  using Round = std::vector<Place>;  // of participants

  [[nodiscard]] int lanes_per_round() const { return flow_ == TreeFlow::kUpAndDown ? 2 : 1; }
  [[nodiscard]] const Place& place(Rank participant, int lane) const {
    return rounds_[static_cast<std::size_t>(lane / lanes_per_round())]
                  [static_cast<std::size_t>(participant)];
  }
  void settle(int part);

  TreeFlow flow_;
  Rank ranks_;
  int participants_;
  std::vector<RelayPart> parts_;
  std::vector<Round> rounds_;
};

/// With k pieces of c bytes, the last one l, and h links between the root and the farthest
/// participant, twice that for both directions: T = h a + ((k + h - 2) c + l) b for the slowest
/// part, if every link costs the same.
Duration relay_time(TreeFlow flow, const std::vector<RelayPart>& parts, AlphaBetaCost cost);

}  // namespace commsim
