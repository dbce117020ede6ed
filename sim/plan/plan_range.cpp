#include "sim/plan/plan_range.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/quantity_text.hpp"

namespace commsim::plan_range {
namespace {

// Four digits, without an exponent, which quantities do not have.
std::string digits(double value) {
  return fmt::format("{}", std::stod(fmt::format("{:.4g}", value)));
}

// Both ends, if they are what `number` reads.
template <typename Number>
std::optional<PlanRange> read(const std::string& least, const std::string& most, Number number,
                              std::function<std::string(double)> text) {
  try {
    return PlanRange{.least = number(least), .most = number(most), .text = std::move(text)};
  } catch (const RequestError&) {
    return std::nullopt;
  }
}

std::optional<PlanRange> any(const std::string& least, const std::string& most) {
  const auto whole = [](const std::string& s) { return static_cast<double>(parse_whole(s)); };
  const auto rate = [](const std::string& s) { return parse_bandwidth(s).bytes_per_second(); };
  const auto time = [](const std::string& s) { return seconds(parse_duration(s)); };
  const auto size = [](const std::string& s) {
    return static_cast<double>(parse_bytes(s).count());
  };
  if (auto range =
          read(least, most, whole, [](double v) { return fmt::format("{}", std::llround(v)); })) {
    range->whole = true;
    return range;
  }
  if (auto range =
          read(least, most, rate, [](double v) { return digits(v * 8 / 1e9) + " Gb/s"; })) {
    return range;
  }
  if (auto range = read(least, most, time, [](double v) { return digits(v * 1e6) + " us"; })) {
    return range;
  }
  if (auto range =
          read(least, most, size, [](double v) { return fmt::format("{} B", std::llround(v)); })) {
    return range;
  }
  return read(
      least, most, [](const std::string& s) { return parse_number(s); },
      [](double v) { return fmt::format("{:.6g}", v); });
}

}  // namespace
}  // namespace commsim::plan_range

namespace commsim {

PlanRange range_of(const std::string& least, const std::string& most) {
  const auto range = plan_range::any(least, most);
  if (!range) {
    throw RequestError(fmt::format(
        "from '{}' to '{}' are no two numbers, bandwidths, times or sizes, as 8 and 64 or "
        "100 Gb/s and 800 Gb/s are",
        least, most));
  }
  if (!(range->least > 0 && range->least < range->most)) {
    throw RequestError(
        fmt::format("from {} to {} is no range of positive values, the least first", least, most));
  }
  return *range;
}

}  // namespace commsim
