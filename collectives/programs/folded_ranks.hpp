// How algorithms for a power of two serve any number of ranks: with rem = p - 2^floor(lg p), the
// odd ones of the first 2 rem ranks hand their data to the even ones before them and get the result
// back (Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in
// MPICH", IJHPCA 2005).
#pragma once

#include "collectives/logarithm.hpp"
#include "collectives/program.hpp"

namespace commsim {

class FoldedRanks {
 public:
  explicit FoldedRanks(Rank ranks) : core_(power_of_two_within(ranks)), folded_(ranks - core_) {}

  /// The power of two that takes part, its logarithm, and how many ranks are folded away.
  [[nodiscard]] Rank core() const { return core_; }
  [[nodiscard]] int levels() const { return floor_lg(core_); }
  [[nodiscard]] Rank folded() const { return folded_; }

  /// Whether a rank hands its data to the one before it.
  [[nodiscard]] bool hands_over(Rank r) const { return r < 2 * folded_ && r % 2 == 1; }
  /// Whether a rank takes the data of the one after it.
  [[nodiscard]] bool takes_over(Rank r) const { return r < 2 * folded_ && r % 2 == 0; }
  /// The number of a rank among those that take part. REQUIRES: it does not hand over.
  [[nodiscard]] Rank core_rank(Rank r) const { return r < 2 * folded_ ? r / 2 : r - folded_; }
  [[nodiscard]] Rank real_rank(Rank core) const {
    return core < folded_ ? 2 * core : core + folded_;
  }

  /// The steps of a rank if those that take part have `core_steps` among themselves.
  [[nodiscard]] int steps(Rank r, int core_steps) const {
    return hands_over(r) ? 2 : core_steps + (takes_over(r) ? 2 : 0);
  }

  /// Adds a step that folds or unfolds and returns -1, or returns the step among those that take
  /// part.
  int fold(Rank r, int step, int core_steps, Range whole, Step& out) const {
    if (hands_over(r)) {
      step == 0 ? out.send(r - 1, whole) : out.receive(r - 1, whole, Combine::kCopy);
      return -1;
    }
    if (!takes_over(r)) return step;
    if (step == 0) out.receive(r + 1, whole, Combine::kReduce);
    if (step == core_steps + 1) out.send(r + 1, whole);
    return step <= core_steps ? step - 1 : -1;
  }

 private:
  Rank core_;
  Rank folded_;
};

}  // namespace commsim
