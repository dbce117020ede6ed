// Words of a line with their places, for files that are made of columns.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/text_file.hpp"

namespace commsim {

/// A word, and where it begins in the file.
struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

/// The lines of a file, one after the other. The file must outlive the words.
class TextLines {
 public:
  explicit TextLines(const TextFile& file) : file_(file) {}

  /// Goes to the next line; false at the end of the file.
  bool next();
  /// Where the line begins and ends in the file.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] std::string_view text() const {
    return std::string_view(file_.text).substr(begin_, end_ - begin_);
  }
  /// What blanks and the escape sequences of terminals (colours, underlining) separate.
  [[nodiscard]] std::vector<Word> words() const;

 private:
  const TextFile& file_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t next_ = 0;
};

}  // namespace commsim
