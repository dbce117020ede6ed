// Which algorithm is best, by size and by one more axis of a sweep.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace commsim {

struct CrossoverCandidate {
  std::string name;       ///< the algorithm, with the parameters that are swept: "ring channels=2"
  std::string algorithm;  ///< its short name alone
  Duration time{0};
};

/// One size in one column.
struct CrossoverCell {
  Bytes size;
  std::size_t points = 0;                      ///< how many candidates there will be
  std::vector<CrossoverCandidate> candidates;  ///< once complete: fastest first, equals by name

  [[nodiscard]] bool complete() const { return candidates.size() == points; }
};

/// One value of the other axis.
struct CrossoverColumn {
  std::string value;  ///< empty if there is no other axis
  CollectiveKind kind = CollectiveKind::kAllReduce;
  Rank ranks = 0;
  std::size_t servers = 0;
  std::map<Bytes, CrossoverCell> cells;
};

/// Sizes, both ends included, for which one candidate is best.
struct CrossoverRange {
  Bytes from;
  Bytes to;
  std::string name;
  std::string algorithm;
};

class CrossoverMap {
 public:
  /// Lays out the cells of a sweep. Throws RequestError unless `collective.size` is swept, at most
  /// one other list is no parameter of an algorithm, and there is something to compare.
  explicit CrossoverMap(const ScenarioSet& set);

  /// Enters a result; returns the column and cell that it completes, or nothing.
  struct Completed {
    const CrossoverColumn* column = nullptr;
    const CrossoverCell* cell = nullptr;
  };
  Completed add(const ScenarioPoint& point, Duration time);

  /// The key path of the other axis; empty if there is none.
  [[nodiscard]] const std::string& axis() const { return axis_; }
  /// In the order of the file.
  [[nodiscard]] const std::vector<CrossoverColumn>& columns() const { return columns_; }

 private:
  CrossoverColumn& column_of(const ScenarioPoint& point);

  std::string axis_;
  std::vector<CrossoverColumn> columns_;
};

/// The ranges of a column, from its least complete cell to its largest. Between two sizes with
/// different winners the change is where lines through their times, both axes logarithmic, cross;
/// the geometric mean where one of the two does not run. Of equals the winner of the size before
/// stays.
std::vector<CrossoverRange> ranges(const CrossoverColumn& column);

}  // namespace commsim
