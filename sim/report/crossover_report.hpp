// A crossover map for people and programs.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "sim/report/crossover_map.hpp"

namespace commsim {

/// Writes the cells as they are completed, if the format allows it, and the ranges at the end.
class CrossoverReport {
 public:
  CrossoverReport() = default;
  CrossoverReport(const CrossoverReport&) = delete;
  CrossoverReport& operator=(const CrossoverReport&) = delete;
  virtual ~CrossoverReport() = default;
  virtual void begin(const ScenarioSet& set, const CrossoverMap& map) = 0;
  virtual void cell(const CrossoverColumn& column, const CrossoverCell& cell) = 0;
  virtual void end(const ScenarioSet& set, const CrossoverMap& map) = 0;
};

/// All at the end: a table of sizes and columns, then the ranges of each column.
std::unique_ptr<CrossoverReport> text_crossover(std::ostream& out);
/// One object: {"commsim", "scenario", "axis", "cells", "ranges", "skipped"}.
std::unique_ptr<CrossoverReport> json_crossover(std::ostream& out, std::string version);
/// A header line and a line a cell.
std::unique_ptr<CrossoverReport> csv_crossover(std::ostream& out);

}  // namespace commsim
