// How results reach people and programs. Everything here is byte-stable: the same results give the
// same text, on every machine.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Writes the results of one scenario file as they come.
class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  virtual ~Report() = default;
  virtual void begin(const ScenarioSet& set) = 0;
  virtual void row(const ScenarioPoint& point, const CollectiveResult& result) = 0;
  virtual void end() = 0;
};

/// A table for people, one line a result.
std::unique_ptr<Report> text_report(std::ostream& out);
/// One object: {"commsim": version, "scenario": name, "results": [...], "skipped": [...]}, one line
/// a result; skipped are the algorithms that `algorithm: all` left out.
std::unique_ptr<Report> json_report(std::ostream& out, std::string version);
/// A header line, once for all files, and a line a result; RFC 4180 quoting.
std::unique_ptr<Report> csv_report(std::ostream& out);

/// predicted / measured - 1, if the point stands beside a measurement of its size and algorithm.
std::optional<double> error_to_measured(const ScenarioPoint& point, const CollectiveResult& result);

/// The expectations of the file that a result does not meet, in words.
std::vector<std::string> unmet(const ScenarioPoint& point, const CollectiveResult& result);

}  // namespace commsim
