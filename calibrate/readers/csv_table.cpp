#include "calibrate/readers/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/tokenizer.hpp>

#include "calibrate/readers/log_words.hpp"

namespace commsim::csv_table {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

}  // namespace
}  // namespace commsim::csv_table

namespace commsim {

CsvTable::CsvTable(const TextFile& file) : file_(file), lines_(file) {
  if (!next_line()) file.fail("it has no measurements, not even a header line");
  prefixed_ = log_prefix_length(lines_) > 0;
  find_separator();
  split();
  header_ = cells_;
  header_offset_ = begin_;
  auto names = header_;
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    file.fail(header_offset_, fmt::format("the column '{}' stands twice", *twice));
  }
}

std::optional<std::size_t> CsvTable::column(const std::vector<std::string_view>& names) const {
  for (const std::string_view name : names) {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
  }
  return std::nullopt;
}

bool CsvTable::next() {
  if (!next_line()) return false;
  split();
  if (cells_.size() != header_.size()) {
    file_.fail(begin_, fmt::format("{} cells, the header has {}", cells_.size(), header_.size()));
  }
  return true;
}

bool CsvTable::next_line() {
  while (lines_.next()) {
    // A row may begin with a date; a header does not.
    const bool strips = prefixed_ || header_.empty();
    begin_ = lines_.begin() + (strips ? log_prefix_length(lines_) : 0);
    const std::string_view line = lines_.text().substr(begin_ - lines_.begin());
    const auto first = line.find_first_not_of(csv_table::kBlanks);
    if (first != std::string_view::npos && line[first] != '#') return true;
  }
  return false;
}

// No name of a column has any of them.
void CsvTable::find_separator() {
  const std::string_view line = lines_.text().substr(begin_ - lines_.begin());
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    const auto count = std::count(line.begin(), line.end(), candidate);
    if (count > most) separator_ = candidate;
    most = std::max(most, count);
  }
}

void CsvTable::split() {
  std::string_view line = lines_.text().substr(begin_ - lines_.begin());
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::string text{line};
  cells_.clear();
  offsets_.clear();
  const bool plain = text.find_first_of("\"\\") == std::string::npos;
  std::size_t at = begin_;
  const auto add = [&](const std::string& cell) {
    const auto blanks = std::min(cell.find_first_not_of(csv_table::kBlanks), cell.size());
    cells_.push_back(csv_table::trimmed(cell));
    offsets_.push_back(at + (plain ? blanks : 0));
    at += plain ? cell.size() + 1 : 0;
  };
  try {
    const boost::escaped_list_separator<char> cells('\\', separator_, '"');
    const boost::tokenizer<boost::escaped_list_separator<char>> tokens(text, cells);
    for (const std::string& cell : tokens) add(cell);
  } catch (const boost::escaped_list_error& broken) {
    file_.fail(begin_, broken.what());
  }
  if (!plain && std::count(text.begin(), text.end(), '"') % 2 != 0 &&
      text.find('\\') == std::string::npos) {
    file_.fail(begin_, "a quote is not closed on its line");
  }
}

}  // namespace commsim
