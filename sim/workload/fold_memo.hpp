// The folds of one graph, found once for all programs that have the same symmetries.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "collectives/program.hpp"
#include "sim/engine/fold.hpp"

namespace commsim {

/// Looks for shifts of the ranks that map a graph and a program onto themselves, the ones that move
/// whole blocks first, and folds by those that it finds. What it finds out about the graph it
/// keeps, since the points of a sweep share it: one fold for each set of shifts, as large as the
/// graph. Any number of threads may use a memo; what it answers does not depend on what was asked
/// before.
class FoldMemo {
 public:
  FoldMemo() = default;
  FoldMemo(const FoldMemo&) = delete;
  FoldMemo& operator=(const FoldMemo&) = delete;
  FoldMemo(FoldMemo&&) = delete;
  FoldMemo& operator=(FoldMemo&&) = delete;
  ~FoldMemo() = default;

  /// nullptr if there are no such shifts. Valid as long as the memo. O(participants) where all is
  /// known; else O(devices + links) for each shift that is a symmetry, of which there are at most
  /// log2(ranks); others fail early. REQUIRES: the same topology in each call; a program of its
  /// ranks alone.
  const Fold* find(const Topology& topology, const Program& program);

 private:
  using Shifts = std::vector<RankShift>;

  std::shared_mutex mutex_;
  std::map<RankShift, bool> is_symmetry_;  // of the graph
  std::map<Shifts, std::unique_ptr<const Fold>> folds_;
};

}  // namespace commsim
