#include "core/text_lines.hpp"

#include <algorithm>

namespace commsim {
namespace {

constexpr char kEscape = '\x1b';
constexpr std::string_view kBlanks = " \t\r\v\f";

// How much of the front of `text` separates words: blanks, and ECMA-48 sequences ESC [ ... letter.
std::size_t separator_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    if (kBlanks.find(text[length]) != std::string_view::npos) {
      ++length;
    } else if (text[length] == kEscape) {
      const std::size_t last = text.find_first_not_of("[0123456789;", length + 1);
      length = last == std::string_view::npos ? text.size() : last + 1;
    } else {
      break;
    }
  }
  return length;
}

}  // namespace

bool TextLines::next() {
  if (next_ >= file_.text.size()) return false;
  begin_ = next_;
  end_ = std::min(file_.text.find('\n', begin_), file_.text.size());
  next_ = end_ + 1;
  return true;
}

std::vector<Word> TextLines::words() const {
  std::vector<Word> words;
  const std::string_view line = text();
  for (std::size_t at = separator_length(line); at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && line[end] != kEscape &&
           kBlanks.find(line[end]) == std::string_view::npos) {
      ++end;
    }
    words.push_back({.text = line.substr(at, end - at), .offset = begin_ + at});
    at = end + separator_length(line.substr(end));
  }
  return words;
}

}  // namespace commsim
