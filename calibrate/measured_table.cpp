#include "calibrate/measured_table.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "calibrate/measurements.hpp"
#include "core/diagnostics.hpp"

namespace commsim {
namespace {

[[noreturn]] void fail(const Measurements& measurements, int line, std::string text) {
  throw ConfigError(
      {measurements.file},
      {{.mark = {.source = 0, .line = line, .column = 1}, .path = {}, .text = std::move(text)}});
}

}  // namespace

MeasuredTable MeasuredTable::read(const std::filesystem::path& file) {
  const Measurements measurements = read_measurements(file, {.format = "csv", .collective = {}});
  if (measurements.runs.size() > 1) {
    fail(measurements, measurements.runs[1].line, "another run begins here; a table is of one");
  }
  MeasuredTable table;
  for (const MeasuredRow& row : measurements.runs.front().rows) {
    if (!table.times_.emplace(row.size, row.time).second) {
      fail(measurements, row.line, fmt::format("size {} stands twice", row.size.count()));
    }
  }
  return table;
}

std::optional<Duration> MeasuredTable::time(Bytes size) const {
  const auto place = times_.find(size);
  if (place == times_.end()) return std::nullopt;
  return place->second;
}

std::vector<Measurement> MeasuredTable::rows() const {
  std::vector<Measurement> rows;
  for (const auto& [size, time] : times_) rows.push_back({.size = size, .time = time});
  return rows;
}

}  // namespace commsim
