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
  /// Reads a CSV file with a header line that has the columns `size_bytes` and `time_us`
  /// (nccl-tests' `time_us_oop` will do); others are ignored, as are lines that start with '#'.
  /// Throws ConfigError with file and line for anything else.
  static MeasuredTable read(const std::filesystem::path& file);

  [[nodiscard]] std::optional<Duration> time(Bytes size) const;
  /// All rows, by ascending size.
  [[nodiscard]] std::vector<Measurement> rows() const;

 private:
  std::map<Bytes, Duration> times_;
};

}  // namespace commsim
