// What every reader does with runs and rows: hints, line numbers, what is left out, what is
// refused.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "calibrate/measurements.hpp"
#include "core/text_file.hpp"

namespace commsim {

class RunCollector {
 public:
  /// Both must outlive the collector.
  RunCollector(const TextFile& file, const MeasurementHints& hints, std::string format);

  /// Begins a run whose table stands at `offset`; fills its gaps from the hints and returns its
  /// number. Throws ConfigError where text and hint contradict each other, or where the numbers of
  /// ranks, nodes and GPUs do. Offsets of runs and rows must not descend.
  std::size_t open(MeasuredRun run, std::size_t offset);
  [[nodiscard]] const MeasuredRun& run(std::size_t number) const { return result_.runs[number]; }
  /// Adds a row that stands at `offset`. One of size zero moves nothing and is left out; a note
  /// says how many were.
  void add(std::size_t number, MeasuredRow row, std::size_t offset);
  /// Counts something that is left out or assumed; equal notes become one.
  void note(const std::string& text) { ++notes_[text]; }
  /// The line of an offset that is not before that of the last call.
  int line_of(std::size_t offset);
  /// Runs without a row are dropped; throws ConfigError if no run is left.
  [[nodiscard]] Measurements finish() &&;

 private:
  const TextFile& file_;
  const MeasurementHints& hints_;
  Measurements result_;
  std::map<std::string, int> notes_;
  std::size_t counted_ = 0;  // where the line below begins to be counted
  int line_ = 1;
};

}  // namespace commsim
