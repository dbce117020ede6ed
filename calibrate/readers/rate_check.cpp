#include "calibrate/readers/rate_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "calibrate/readers/log_numbers.hpp"

namespace commsim::rate_check {
namespace {

constexpr double kSlack = 0.02;

// A value that was printed, and where it lies.
struct Range {
  double low = 0;
  double value = 0;
  double high = 0;
};

Range range_of(const TextFile& file, Word word) {
  const double value = read_number(file, word);
  const double rounding = rounding_of(word.text);
  return {std::max(0.0, value - rounding), value, value + rounding};
}

// GB/s by size and time.
Range rate_of(const TextFile& file, const PrintedRates& row) {
  const Range time = range_of(file, *row.time);
  const auto bytes = static_cast<double>(row.size.count());
  constexpr double kBytesPerPicosecond = 1e3;  // in GB/s
  const auto rate = [&](double units) {
    if (units <= 0) return std::numeric_limits<double>::infinity();
    return bytes / (units * row.time_unit) * kBytesPerPicosecond;
  };
  return {rate(time.high), rate(time.value), rate(time.low)};
}

void demand(const TextFile& file, std::string_view name, Word word, Range expected,
            const std::string& why) {
  const Range printed = range_of(file, word);
  if (printed.high >= expected.low * (1 - kSlack) && printed.low <= expected.high * (1 + kSlack)) {
    return;
  }
  file.fail(word.offset, fmt::format("{} is {} GB/s, but {} make {:.4g} GB/s", name, word.text, why,
                                     expected.value));
}

}  // namespace
}  // namespace commsim::rate_check

namespace commsim {

double rounding_of(std::string_view printed) {
  const auto mark = printed.find_first_of("eE");
  int exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view digits = printed.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  const std::string_view mantissa = printed.substr(0, mark);
  const auto point = mantissa.find('.');
  const auto decimals = point == std::string_view::npos ? 0 : mantissa.size() - point - 1;
  return 0.5 * std::pow(10.0, exponent - static_cast<double>(decimals));
}

void check_rates(const TextFile& file, const PrintedRates& row) {
  using namespace rate_check;
  std::optional<Range> algbw;
  std::string why;
  if (row.time) {
    algbw = rate_of(file, row);
    why = fmt::format("{} bytes in {:.6g} us", row.size.count(),
                      read_number(file, *row.time) * row.time_unit / kPicosecondsPerMicrosecond);
    if (row.algbw) demand(file, "algbw", *row.algbw, *algbw, why);
  } else if (row.algbw) {
    algbw = range_of(file, *row.algbw);
    why = fmt::format("an algbw of {} GB/s", row.algbw->text);
  }
  if (!row.busbw || !row.factor || !algbw) return;
  demand(file, "busbw", *row.busbw,
         {algbw->low * *row.factor, algbw->value * *row.factor, algbw->high * *row.factor},
         fmt::format("{} by {}", why, row.of));
}

}  // namespace commsim
