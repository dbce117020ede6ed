#include "calibrate/readers/log_reader.hpp"

#include <utility>

namespace commsim {

Measurements LogReader::read() {
  TextLines lines(file_);
  while (lines.next()) {
    const auto words = log_words(lines);
    if (!words.empty()) read_line(words);
  }
  return std::move(collector_).finish();
}

bool has_marked_line(const TextFile& file, std::string_view needle,
                     bool (*is_mark)(const std::vector<Word>& words)) {
  TextLines lines(file);
  while (lines.next()) {
    if (lines.text().find(needle) == std::string_view::npos) continue;
    const auto words = log_words(lines);
    if (!words.empty() && is_mark(words)) return true;
  }
  return false;
}

}  // namespace commsim
