// A table in plain text whose rows can be printed one by one, since the widths are known
// beforehand.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/units.hpp"

namespace commsim {

struct TextColumn {
  std::string title;
  std::size_t width = 0;  ///< the least; the title counts too
  bool left = false;      ///< flush left, as names are
};

/// What `after` takes longer than `before`, in signed percent; what rounds to nothing has no sign.
inline std::string longer_text(Duration before, Duration after) {
  constexpr double kInvisible = 0.05;
  if (before == Duration{0}) return "-";
  const double percent = 100 * (seconds(after) / seconds(before) - 1);
  return std::abs(percent) < kInvisible ? "0.0 %" : fmt::format("{:+.1f} %", percent);
}

class TextTable {
 public:
  explicit TextTable(std::vector<TextColumn> columns) : columns_(std::move(columns)) {
    for (TextColumn& column : columns_) column.width = std::max(column.width, column.title.size());
  }

  [[nodiscard]] std::string header() const {
    std::vector<std::string> titles;
    for (const TextColumn& column : columns_) titles.push_back(column.title);
    return line(titles);
  }

  /// A line without spaces at its end. REQUIRES: a cell for each column.
  [[nodiscard]] std::string line(const std::vector<std::string>& cells) const {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      text += i == 0 ? "  " : "   ";
      text += columns_[i].left ? fmt::format("{:<{}}", cells[i], columns_[i].width)
                               : fmt::format("{:>{}}", cells[i], columns_[i].width);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  std::vector<TextColumn> columns_;
};

}  // namespace commsim
