// Published measurements beside which a scenario stands.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "calibrate/hockney_fit.hpp"
#include "core/units.hpp"

namespace commsim {

/// Time by message size.
class MeasuredTable {
 public:
  /// Reads a CSV file of one run (docs/calibration.md lists the columns), such as one with the
  /// columns `size_bytes` and `time_us`. Throws ConfigError with file and line for anything else,
  /// for a second run and for a size that stands twice.
  static MeasuredTable read(const std::filesystem::path& file);

  [[nodiscard]] std::optional<Duration> time(Bytes size) const;
  /// All rows, by ascending size.
  [[nodiscard]] std::vector<Measurement> rows() const;

 private:
  std::map<Bytes, Duration> times_;
};

}  // namespace commsim
