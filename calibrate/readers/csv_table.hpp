// A CSV file with a header line, row by row.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_file.hpp"
#include "core/text_lines.hpp"

namespace commsim {

/// Cells may stand in double quotes, with backslashes before what would end them (RFC 4180 without
/// line ends in cells, as Boost.Tokenizer reads it). Between them stand commas, semicolons or tabs,
/// whichever the header has most of. Empty lines and those that start with '#' are skipped; blanks
/// around a cell are not part of it. Where the header has a prefix of a launcher in front
/// (log_words.hpp), those of the other lines are no part of them either.
class CsvTable {
 public:
  /// Reads the header. The file must outlive the table. Throws ConfigError if there is none, if a
  /// name stands twice, or at a quote that is never closed.
  explicit CsvTable(const TextFile& file);

  /// The number of the first column that has one of the names.
  [[nodiscard]] std::optional<std::size_t> column(const std::vector<std::string_view>& names) const;
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::size_t header_offset() const { return header_offset_; }

  /// Goes to the next row; false at the end. Throws ConfigError for a row with more or fewer cells
  /// than the header has.
  bool next();
  /// A cell of the row, and its place (that of the line where quotes hide it). Lives until next().
  [[nodiscard]] Word cell(std::size_t column) const { return {cells_[column], offsets_[column]}; }
  [[nodiscard]] std::size_t offset() const { return begin_; }

 private:
  bool next_line();
  void split();
  void find_separator();

  const TextFile& file_;
  TextLines lines_;
  std::vector<std::string> header_;
  std::size_t header_offset_ = 0;
  char separator_ = ',';
  bool prefixed_ = false;
  std::size_t begin_ = 0;  // of the line, behind its prefix
  std::vector<std::string> cells_;
  std::vector<std::size_t> offsets_;
};

}  // namespace commsim
