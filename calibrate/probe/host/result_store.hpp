// The output folder: one table for each suite, the cases that failed, and what the run was made of.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "calibrate/probe/host/case.hpp"
#include "calibrate/probe/host/line_log.hpp"

namespace commsim::probe {

class ResultStore {
 public:
  /// Makes the folder if need be, and reads what earlier runs left in it. Throws OutputError if it
  /// cannot be written; std::invalid_argument, with file and line, if a table there is none of
  /// ours.
  ResultStore(std::string folder, const std::set<std::string>& suites);

  /// Measured or failed, by this run or an earlier one.
  [[nodiscard]] bool has(const Case& which) const { return known_.count(key(which)) > 0; }
  [[nodiscard]] std::size_t measured() const { return measured_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }

  /// Both are on disk when they return; they throw OutputError if they cannot be.
  void add_row(const Case& which, const std::string& row);
  void add_failure(const Case& which, const std::string& reason);
  /// Replaces probe.json.
  void describe(const std::string& json);

 private:
  std::string folder_;
  std::map<std::string, LineLog> tables_;  // by suite
  LineLog failures_;
  std::set<std::string> known_;
  std::size_t measured_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace commsim::probe
