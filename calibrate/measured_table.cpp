#include "calibrate/measured_table.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "calibrate/own_choice.hpp"
#include "core/diagnostics.hpp"

namespace commsim {
namespace {

[[noreturn]] void fail(const Measurements& measurements, int line, std::string text) {
  throw ConfigError(
      {measurements.file},
      {{.mark = {.source = 0, .line = line, .column = 1}, .path = {}, .text = std::move(text)}});
}

}  // namespace

MeasuredTable MeasuredTable::read(const std::filesystem::path& file, MeasurementHints hints) {
  // What is wrong with a table is then told of a table.
  if (hints.format == "auto" && file.extension() == ".csv") hints.format = "csv";
  Measurements measurements = read_measurements(file, hints);
  keep_own_choice(measurements);
  if (measurements.runs.size() > 1) {
    fail(measurements, measurements.runs[1].line, "another run begins here; a table is of one");
  }
  const MeasuredRun& run = measurements.runs.front();
  MeasuredTable table;
  table.collective_ = run.collective;
  table.ranks_ = run.ranks;
  for (const MeasuredRow& row : run.rows) {
    if (row.wrong) continue;
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
