#include "calibrate/readers/log_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace commsim {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 62U;
constexpr std::int64_t kMostCount = std::int64_t{1} << 24U;
constexpr double kMostPicoseconds = 9.2e18;  // 106 days

Duration duration(const TextFile& file, Word word, double picoseconds) {
  if (!(picoseconds < kMostPicoseconds)) {
    file.fail(word.offset, fmt::format("'{}' makes a time of more than 106 days", word.text));
  }
  const Duration time{std::llround(picoseconds)};
  if (time == Duration{0}) {
    file.fail(word.offset, fmt::format("'{}': a measured time is more than zero", word.text));
  }
  return time;
}

std::int64_t whole(const TextFile& file, Word word, std::int64_t most) {
  std::int64_t value = 0;
  const char* end = word.text.data() + word.text.size();
  const auto [stop, error] = std::from_chars(word.text.data(), end, value);
  if (!all_digits(word.text) || error != std::errc{} || stop != end || value > most) {
    file.fail(word.offset, fmt::format("'{}' is no whole number from 0 to {}", word.text, most));
  }
  return value;
}

}  // namespace

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

double read_number(const TextFile& file, Word word) {
  double value = 0;
  const char* end = word.text.data() + word.text.size();
  const auto [stop, error] = std::from_chars(word.text.data(), end, value);
  if (word.text.empty() || error != std::errc{} || stop != end || !std::isfinite(value)) {
    file.fail(word.offset, fmt::format("'{}' is no decimal number", word.text));
  }
  if (std::signbit(value)) {
    file.fail(word.offset, fmt::format("'{}' must not be negative", word.text));
  }
  return value;
}

Bytes read_size(const TextFile& file, Word word) { return Bytes{whole(file, word, kMostBytes)}; }

int read_count(const TextFile& file, Word word) {
  const std::int64_t value = whole(file, word, kMostCount);
  if (value == 0) file.fail(word.offset, "zero is too few");
  return static_cast<int>(value);
}

Duration read_time(const TextFile& file, Word word, double picoseconds_per_unit) {
  return duration(file, word, read_number(file, word) * picoseconds_per_unit);
}

Duration read_rate(const TextFile& file, Word word, double bytes,
                   double bytes_per_second_per_unit) {
  const double rate = read_number(file, word) * bytes_per_second_per_unit;
  if (!(rate > 0)) {
    file.fail(word.offset, fmt::format("'{}': a rate of zero tells no time", word.text));
  }
  constexpr double kPicosecondsPerSecond = 1e12;
  return duration(file, word, bytes / rate * kPicosecondsPerSecond);
}

}  // namespace commsim
