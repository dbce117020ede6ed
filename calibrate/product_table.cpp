#include "calibrate/product_table.hpp"

#include <fmt/format.h>

#include <optional>

#include "calibrate/fit/statistics.hpp"
#include "calibrate/readers/csv_table.hpp"
#include "calibrate/readers/log_numbers.hpp"

namespace commsim::product_tables {
namespace {

constexpr double kMicroseconds = 1e6;

std::size_t column(const TextFile& file, const CsvTable& table, std::string_view name) {
  const auto found = table.column({name});
  if (!found) file.fail(table.header_offset(), fmt::format("the header has no column '{}'", name));
  return *found;
}

}  // namespace
}  // namespace commsim::product_tables

namespace commsim {

ProductTable read_product_table(const TextFile& file) {
  using namespace product_tables;
  CsvTable table(file);
  const std::size_t side = column(file, table, "count");
  const std::size_t type = column(file, table, "dtype");
  const std::size_t time = column(file, table, "time_us_oop");
  const std::optional<std::size_t> operation = table.column({"operation"});
  std::map<std::string, std::map<double, std::vector<double>>> times;
  while (table.next()) {
    if (operation && table.cell(*operation).text != "gemm") {
      const Word other = table.cell(*operation);
      file.fail(other.offset, fmt::format("'{}' is no matrix product; legal: gemm", other.text));
    }
    const double n = read_count(file, table.cell(side));
    read_time(file, table.cell(time), kPicosecondsPerMicrosecond);
    times[std::string(table.cell(type).text)][2 * n * n * n].push_back(
        read_number(file, table.cell(time)) / kMicroseconds);
  }
  if (times.empty()) file.fail("it has no products");
  ProductTable found{.file = file.name, .products = {}};
  for (const auto& [name, by_flops] : times) {
    for (const auto& [flops, seconds] : by_flops) {
      found.products[name].push_back({.flops = flops, .seconds = median(seconds)});
    }
  }
  return found;
}

}  // namespace commsim
