#include "calibrate/readers/log_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "calibrate/readers/log_numbers.hpp"

namespace commsim::log_words_file {
namespace {

constexpr std::array<std::string_view, 9> kLevels = {
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"};
constexpr std::string_view kDigits = "0123456789";

// Whether the word has the shape of the pattern, in which 9 stands for any digit.
bool has_shape(std::string_view word, std::string_view pattern) {
  return word.size() == pattern.size() &&
         std::equal(word.begin(), word.end(), pattern.begin(), [](char is, char wanted) {
           return wanted == '9' ? kDigits.find(is) != std::string_view::npos : is == wanted;
         });
}

std::string_view bare(std::string_view word) {
  while (!word.empty() && (word.front() == '[' || word.front() == '(')) word.remove_prefix(1);
  while (!word.empty() && (word.back() == ']' || word.back() == ')' || word.back() == ':')) {
    word.remove_suffix(1);
  }
  return word;
}

bool is_date(std::string_view word) {
  return has_shape(bare(word), "9999-99-99") || has_shape(bare(word), "9999/99/99");
}

// "10:00:00", "10:00:00,123", "10:00:00.123456Z".
bool is_clock(std::string_view word) {
  word = bare(word);
  constexpr std::string_view kShape = "99:99:99";
  if (!has_shape(word.substr(0, kShape.size()), kShape)) return false;
  word.remove_prefix(kShape.size());
  if (word.empty()) return true;
  if (word.back() == 'Z') word.remove_suffix(1);
  return word.empty() ||
         ((word.front() == ',' || word.front() == '.') && all_digits(word.substr(1)));
}

bool is_level(std::string_view word) {
  return std::find(kLevels.begin(), kLevels.end(), bare(word)) != kLevels.end();
}

bool is_time_stamp(std::string_view word) {
  return word.size() > 10 && has_shape(word.substr(0, 10), "9999-99-99") && word[10] == 'T';
}

// "worker-0:", "0:", "<stdout>:". A name without a digit may as well begin a sentence.
bool is_speaker(std::string_view word) {
  if (word.size() < 2 || word.back() != ':') return false;
  word.remove_suffix(1);
  if (word.front() == '<') return word.size() > 2 && word.find('>') == word.size() - 1;
  const auto is_of_name = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  return std::all_of(word.begin(), word.end(), is_of_name) &&
         word.find_first_of(kDigits) != std::string_view::npos;
}

// How much of the front of the first word is a prefix; all of it, none, or up to the colon.
std::size_t prefix_length(std::string_view word) {
  if (is_speaker(word) || is_time_stamp(word)) return word.size();
  if (word.front() != '[') return 0;
  for (const std::string_view mark : {"]<stdout>:", "]<stderr>:"}) {
    if (const auto at = word.find(mark); at != std::string_view::npos) return at + mark.size();
  }
  if (word.ends_with("]:")) return word.size();
  return word.size() > 2 && word.back() == ']' ? word.size() : 0;
}

// How many of the words at the front are what a logger writes: a date and a time, and after them a
// level, alone ("INFO", "[INFO]") or between dashes with a name ("- root - INFO -").
std::size_t logger_words(const std::vector<Word>& words, std::size_t from) {
  const auto at = [&](std::size_t i) {
    return from + i < words.size() ? words[from + i].text : std::string_view{};
  };
  std::size_t count = 0;
  if (is_date(at(0)) && is_clock(at(1))) {
    count = 2;
  } else if (is_clock(at(0))) {
    count = 1;
  } else {
    return 0;
  }
  if (is_level(at(count))) return count + 1;
  if (at(count) != "-") return count;
  constexpr std::size_t kMost = 4;
  for (std::size_t i = count + 1; i <= count + kMost; ++i) {
    if (is_level(at(i)) && at(i + 1) == "-") return i + 2;
  }
  return count + 1;
}

}  // namespace
}  // namespace commsim::log_words_file

namespace commsim {

std::vector<Word> log_words(const TextLines& lines) {
  std::vector<Word> words = lines.words();
  std::size_t skipped = 0;
  while (skipped < words.size()) {
    if (const std::size_t count = log_words_file::logger_words(words, skipped); count > 0) {
      skipped += count;
      continue;
    }
    Word& first = words[skipped];
    const std::size_t length = log_words_file::prefix_length(first.text);
    if (length == 0) break;
    first = {.text = first.text.substr(length), .offset = first.offset + length};
    if (first.text.empty()) ++skipped;
  }
  skipped = std::min(skipped, words.size());
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(skipped));
  return words;
}

std::size_t log_prefix_length(const TextLines& lines) {
  const auto all = lines.words();
  const auto rest = log_words(lines);
  if (all.empty()) return 0;
  if (rest.empty()) return lines.end() - lines.begin();
  return rest.front().offset == all.front().offset ? 0 : rest.front().offset - lines.begin();
}

std::string_view program_of(std::string_view word) {
  word = word.substr(word.rfind('/') + 1);
  const auto begin = word.find_first_not_of("\"'`(");
  const auto end = word.find_last_not_of("\"'`),:;");
  return begin == std::string_view::npos || end < begin ? std::string_view{}
                                                        : word.substr(begin, end - begin + 1);
}

}  // namespace commsim
