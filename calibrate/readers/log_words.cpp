#include "calibrate/readers/log_words.hpp"

#include "calibrate/readers/log_numbers.hpp"

namespace commsim::log_words_file {
namespace {

bool is_time_stamp(std::string_view word) {
  return word.size() > 10 && all_digits(word.substr(0, 4)) && word[4] == '-' && word[7] == '-' &&
         word[10] == 'T';
}

// How much of the front of the first word is a prefix; all of it, none, or up to the colon.
std::size_t prefix_length(std::string_view word) {
  if (word.size() > 1 && word.back() == ':' && all_digits(word.substr(0, word.size() - 1))) {
    return word.size();
  }
  if (is_time_stamp(word)) return word.size();
  if (word.starts_with("[pod/") && word.back() == ']') return word.size();
  if (word.front() == '[') {
    for (const std::string_view mark : {"]<stdout>:", "]<stderr>:"}) {
      if (const auto at = word.find(mark); at != std::string_view::npos) return at + mark.size();
    }
  }
  return 0;
}

}  // namespace
}  // namespace commsim::log_words_file

namespace commsim {

std::vector<Word> log_words(const TextLines& lines) {
  std::vector<Word> words = lines.words();
  std::size_t skipped = 0;
  while (skipped < words.size()) {
    Word& first = words[skipped];
    const std::size_t length = log_words_file::prefix_length(first.text);
    if (length == 0) break;
    first = {.text = first.text.substr(length), .offset = first.offset + length};
    if (first.text.empty()) ++skipped;
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(skipped));
  return words;
}

std::string_view program_of(std::string_view word) {
  word = word.substr(word.rfind('/') + 1);
  const auto begin = word.find_first_not_of("\"'`(");
  const auto end = word.find_last_not_of("\"'`),:;");
  return begin == std::string_view::npos || end < begin ? std::string_view{}
                                                        : word.substr(begin, end - begin + 1);
}

}  // namespace commsim
