// The folder of published measurements, which the environment may name, and its index.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "calibrate/measurements.hpp"
#include "calibrate/readers/csv_table.hpp"

namespace commsim::support {

/// Nothing where COMMSIM_MEASUREMENTS is not set; then a test skips itself, saying so.
inline std::optional<std::filesystem::path> published_folder() {
  const char* name = std::getenv("COMMSIM_MEASUREMENTS");
  if (name == nullptr) return std::nullopt;
  return std::filesystem::path(name);
}

/// A line of the index.
struct PublishedTable {
  std::filesystem::path file;
  std::string collective;  // as the index calls it
  std::string tier;
  MeasurementHints hints;
  int rows = 0;
  std::int64_t least_bytes = 0;
};

inline std::vector<PublishedTable> published_tables(const std::filesystem::path& folder) {
  const TextFile text = read_text_file(folder / "nccl_tests" / "index.csv");
  CsvTable index(text);
  const auto column = [&](std::string_view name) { return index.column({name}).value(); };
  std::vector<PublishedTable> tables;
  while (index.next()) {
    const auto cell = [&](std::string_view name) {
      return std::string(index.cell(column(name)).text);
    };
    const auto number = [&](std::string_view name) {
      const std::string digits = cell(name);
      return digits.empty() ? 0 : std::stoi(digits);
    };
    tables.push_back(
        {.file = folder / "nccl_tests" / cell("file"),
         .collective = cell("collective"),
         .tier = cell("tier"),
         .hints = {.collective = cell("collective"),
                   .ranks = number("total_ranks"),
                   .nodes = number("nodes")},
         .rows = number("n_rows"),
         .least_bytes = cell("min_bytes").empty() ? 0 : std::stoll(cell("min_bytes"))});
  }
  return tables;
}

}  // namespace commsim::support
