// From two numbers of ranks to a third, on the same kind of server.
#pragma once

#include <string>
#include <vector>

#include "calibrate/fit/time_curve.hpp"
#include "calibrate/hockney_fit.hpp"

namespace commsim {

/// A table of one number of ranks.
struct RankTable {
  int ranks = 0;
  std::vector<Measurement> rows;  // by ascending size, each once
};

/// T(n, S) = a(S) + l n - w S / n. Each further rank is a step more, of latency l (ring and tree
/// chains inside a server; not in an all-to-all, where all steps overlap); and of the bytes a rank
/// moves, S (n - 1) / n or twice that, only the part -1/n depends on n. a(S), which holds
/// everything that the two tables share, is taken from the larger one; l is the median difference
/// of the small sizes, w that of the largest. At which size the library turns to another protocol
/// depends on n, too, nobody says how: the prediction is the geometric mean over half an octave to
/// each side, which blurs such a step. A reduction in the switch that fewer ranks did not use is
/// not known.
class RankScaling {
 public:
  /// Throws RequestError for fewer than four sizes that both tables have.
  /// REQUIRES: 1 < fewer.ranks < more.ranks.
  RankScaling(const std::string& collective, const RankTable& fewer, const RankTable& more);

  /// Between the two tables and beyond the larger. REQUIRES: ranks >= those of the smaller table.
  [[nodiscard]] double time_s(int ranks, Bytes size) const;
  [[nodiscard]] double seconds_per_rank() const { return step_; }

 private:
  [[nodiscard]] double unblurred(int ranks, double bytes) const;

  int least_ranks_;
  int ranks_;
  TimeCurve curve_;
  double step_ = 0;
  double bytes_ = 0;
};

}  // namespace commsim
