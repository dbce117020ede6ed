// Published measurements beside which a scenario stands.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/hockney_fit.hpp"
#include "calibrate/measurements.hpp"
#include "core/units.hpp"

namespace commsim {

/// Time by message size.
class MeasuredTable {
 public:
  /// Reads a log or table of one run, of any format (docs/calibration.md lists them). Where the
  /// hints leave the format open, a name that ends with .csv says it. Rows that the benchmark found
  /// wrong are left out, and what keep_own_choice() leaves out. Throws ConfigError with file and
  /// line for anything else, for a second run and for a size that stands twice; RequestError for
  /// hints that cannot be.
  static MeasuredTable read(const std::filesystem::path& file, MeasurementHints hints = {});

  [[nodiscard]] std::optional<Duration> time(Bytes size) const;
  /// All rows, by ascending size.
  [[nodiscard]] std::vector<Measurement> rows() const;
  /// What was measured, as far as text and hints say: commsim's name, or empty; or 0.
  [[nodiscard]] const std::string& collective() const { return collective_; }
  [[nodiscard]] int ranks() const { return ranks_; }

 private:
  std::map<Bytes, Duration> times_;
  std::string collective_;
  int ranks_ = 0;
};

}  // namespace commsim
