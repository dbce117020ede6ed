// The shape that OSU, IMB and perftest share: a title, a header line of columns, and rows of
// numbers that begin with a size.
#pragma once

#include <string>
#include <vector>

#include "calibrate/readers/log_numbers.hpp"
#include "calibrate/readers/run_collector.hpp"

namespace commsim {

/// How the rows of a table become measurements.
struct NumberColumns {
  std::size_t columns = 0;  // of a row
  std::size_t value = 0;    // which one is the time, or the rate
  /// Picoseconds per unit of a time; bytes per second per unit of a rate.
  double unit = kPicosecondsPerMicrosecond;
  bool rate = false;
  /// Messages that one size stands for: 2 where both directions are counted together.
  double messages = 1;
};

/// A table of one collective as it is read.
class NumberTable {
 public:
  NumberTable(const TextFile& file, RunCollector& collector) : file_(file), collector_(collector) {}

  /// Begins a table at its header. `per_rank`: the sizes printed are parts of one rank, and are
  /// multiplied by the number of ranks, without which ConfigError is thrown.
  void open(const MeasuredRun& facts, const NumberColumns& columns, bool per_rank,
            std::size_t offset);
  void close() { open_ = false; }
  [[nodiscard]] bool is_open() const { return open_; }
  /// Reads the line if it begins with digits, or if every column but one holds a number; what else
  /// stands in a table is noise. REQUIRES: is_open().
  void line(const std::vector<Word>& words);

 private:
  [[nodiscard]] bool looks_like_row(const std::vector<Word>& words) const;

  const TextFile& file_;
  RunCollector& collector_;
  NumberColumns columns_;
  std::size_t run_ = 0;
  int parts_ = 1;
  bool open_ = false;
};

/// Whether osu and IMB print sizes of one rank's part for this collective: the blocks of
/// all_gather, all_to_all, gather and scatter.
bool size_is_per_rank(std::string_view collective);

}  // namespace commsim
