// Binomial trees: whole vectors or shards, up to the root, down from it, or both.
#pragma once

#include "collectives/algorithm.hpp"
#include "collectives/programs/rank_tree.hpp"
#include "collectives/shards.hpp"

namespace commsim {

/// What passes between a rank and the one above it: the whole vector, or the shards of its subtree.
enum class TreeLoad : std::uint8_t { kWhole, kSubtree };

/// With places counted from the root, v = r - root mod p: the parent of v is v without its lowest
/// bit, its children are v + 2^k for each k below the lowest bit, as far as they exist, and its
/// subtree are the places from v to v + 2^(lowest bit) - 1. Up, a rank serves its smallest subtree
/// first, one in a step, and then its parent; down, the other way round. Whole vectors are summed
/// on their way up.
class BinomialTree final : public Program {
 public:
  BinomialTree(TreeFlow flow, TreeLoad load, Rank root, Bytes size, Rank ranks, Bytes element)
      : flow_(flow),
        load_(load),
        root_(root),
        whole_{.length = size},
        shards_(size, ranks, element) {}

  [[nodiscard]] int participants() const override { return shards_.ranks(); }
  [[nodiscard]] int steps(Rank r, int lane) const override;
  void step(Rank r, int lane, int step, Step& out) const override;

  /// The bytes between a place and its parent.
  [[nodiscard]] Bytes load(Rank place) const;
  [[nodiscard]] int children(Rank place) const;
  [[nodiscard]] Rank rank_at(Rank place) const { return (root_ + place) % participants(); }

 private:
  [[nodiscard]] Rank place_of(Rank r) const {
    return r >= root_ ? r - root_ : r - root_ + participants();
  }
  [[nodiscard]] Rank subtree(Rank place) const;
  // A message with what `place` and its parent share.
  void send(Rank to, Rank place, Step& out) const;
  void receive(Rank from, Rank place, Combine combine, Step& out) const;

  TreeFlow flow_;
  TreeLoad load_;
  Rank root_;
  Range whole_;
  Shards shards_;
};

/// The exact time of such a program on any layout, by the recurrences
///   up:   T(v) = max over children c of T(c) + message(c)
///   down: T(c) = T(v) + wire of v's children up to c + latency
/// For equal links and whole vectors that is floor(lg p) (a + S b) up and floor(lg p) a +
/// ceil(lg p) S b down; for equal shards and a power of two lg p a + (p-1)/p S b. O(ranks).
Duration binomial_tree_time(TreeFlow flow, TreeLoad load, Rank root, const CollectiveCall& call,
                            AlphaBetaCost inner, AlphaBetaCost outer);

}  // namespace commsim
