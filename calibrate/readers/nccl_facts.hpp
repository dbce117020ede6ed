// What nccl-tests and rccl-tests print about a run beside its table.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/measurements.hpp"
#include "core/text_lines.hpp"

namespace commsim {

/// "22807" is 2.28.7, and before 2.9 "2804" is 2.8.4 (nccl.h, NCCL_VERSION_CODE); empty for zero.
std::string nccl_version_text(int code);
/// Whether a #wrong count or, until 2.12, the largest relative error of a row is a failure. The
/// limits for errors are those of nccl-tests' deltaMaxValue.
bool is_wrong(double printed, bool count, std::string_view dtype);

/// Gathers facts from the lines around a table, in the order of the file.
class NcclFacts {
 public:
  /// A line of the log that is no row and no header.
  void line(const std::vector<Word>& words);
  /// What is known at a table, which begins here. What comes next speaks of the next program.
  MeasuredRun table();
  /// The table is at its end: the name of its program is used up.
  void table_ended();
  /// A program that is no collective of commsim's, such as hypercube_perf; or empty.
  [[nodiscard]] const std::string& unknown_program() const { return unknown_; }
  /// nccl-tests without MPI: each process takes itself for rank 0.
  [[nodiscard]] bool every_rank_is_zero() const { return lines_ > 1 && ranks_.size() == 1; }

 private:
  void program(std::string_view word);
  void rank(const std::vector<Word>& words);
  void setting(std::string_view word);

  std::string collective_;
  std::string unknown_;
  std::string version_;
  std::string algorithm_;
  std::string protocol_;
  std::string device_;
  std::set<std::string, std::less<>> hosts_;
  std::set<std::string, std::less<>> ranks_;  // of the first group, should there be several
  std::string group_;
  int lines_ = 0;
  bool used_ = false;
};

}  // namespace commsim
