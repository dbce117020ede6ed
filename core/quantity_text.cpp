#include "core/quantity_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string>

#include "core/error.hpp"

namespace commsim {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t scale;  // in the type's own unit: bytes, bits per second or picoseconds
};

constexpr std::int64_t kKilo = 1000;
constexpr std::int64_t kKibi = 1024;

constexpr std::array kByteUnits = {
    Unit{"B", 1},
    Unit{"kB", kKilo},
    Unit{"MB", kKilo* kKilo},
    Unit{"GB", kKilo* kKilo* kKilo},
    Unit{"TB", kKilo* kKilo* kKilo* kKilo},
    Unit{"KiB", kKibi},
    Unit{"MiB", kKibi* kKibi},
    Unit{"GiB", kKibi* kKibi* kKibi},
    Unit{"TiB", kKibi* kKibi* kKibi* kKibi},
};
constexpr std::array kBandwidthUnits = {
    Unit{"B/s", 8},
    Unit{"kB/s", 8 * kKilo},
    Unit{"MB/s", 8 * kKilo* kKilo},
    Unit{"GB/s", 8 * kKilo* kKilo* kKilo},
    Unit{"TB/s", 8 * kKilo* kKilo* kKilo* kKilo},
    Unit{"KiB/s", 8 * kKibi},
    Unit{"MiB/s", 8 * kKibi* kKibi},
    Unit{"GiB/s", 8 * kKibi* kKibi* kKibi},
    Unit{"b/s", 1},
    Unit{"kb/s", kKilo},
    Unit{"Mb/s", kKilo* kKilo},
    Unit{"Gb/s", kKilo* kKilo* kKilo},
    Unit{"Tb/s", kKilo* kKilo* kKilo* kKilo},
};
constexpr std::array kDurationUnits = {
    Unit{"ps", 1},
    Unit{"ns", kKilo},
    Unit{"us", kKilo* kKilo},
    Unit{"ms", kKilo* kKilo* kKilo},
    Unit{"s", kKilo* kKilo* kKilo* kKilo},
};

std::string legal_units(std::span<const Unit> units) {
  std::string text;
  for (const Unit& unit : units) text += (text.empty() ? "" : ", ") + std::string(unit.name);
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// A decimal number as digits * 10^-decimals, so that "1.98 us" is exactly 1,980,000 ps.
struct Decimal {
  std::int64_t digits = 0;
  int decimals = 0;
};

// What is being read, for the sentences of a refusal.
struct Wanted {
  std::string_view what;
  std::string_view example;
  std::span<const Unit> units;
};

[[noreturn]] void refuse(std::string_view text, const Wanted& wanted, std::string_view why) {
  throw RequestError(fmt::format("'{}' is not {}: {}; write for example '{}' (units: {})", text,
                                 wanted.what, why, wanted.example, legal_units(wanted.units)));
}

Decimal parse_decimal(std::string_view number, std::string_view text, const Wanted& wanted) {
  Decimal decimal;
  bool point = false;
  bool any = false;
  for (const char c : number) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (__builtin_mul_overflow(decimal.digits, 10, &decimal.digits) ||
          __builtin_add_overflow(decimal.digits, c - '0', &decimal.digits)) {
        refuse(text, wanted, "it has too many digits");
      }
      decimal.decimals += point ? 1 : 0;
    } else {
      refuse(text, wanted,
             number.front() == '-' ? "it must not be negative" : "that is no decimal number");
    }
  }
  if (!any) refuse(text, wanted, "no number in front");
  while (decimal.decimals > 0 && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    --decimal.decimals;
  }
  return decimal;
}

std::int64_t parse_quantity(std::string_view raw, const Wanted& wanted) {
  const std::string_view text = trimmed(raw);
  const auto end = text.find_first_not_of("+-.0123456789");
  const std::string_view number = text.substr(0, end);
  const std::string_view suffix =
      end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end));
  if (number.empty()) refuse(text, wanted, "no number in front");
  const Decimal decimal = parse_decimal(number, text, wanted);
  if (suffix.empty()) refuse(text, wanted, "the unit is missing");
  for (const Unit& unit : wanted.units) {
    if (unit.name != suffix) continue;
    Int128 value = Int128{decimal.digits} * unit.scale;
    for (int i = 0; i < decimal.decimals; ++i) {
      if (value % 10 != 0) refuse(text, wanted, "it is finer than the smallest unit");
      value /= 10;
    }
    if (value > Int128{INT64_MAX}) refuse(text, wanted, "it is too large");
    return static_cast<std::int64_t>(value);
  }
  refuse(text, wanted, fmt::format("the unit '{}' is not one of them", suffix));
}

// Four significant digits without trailing zeros.
std::string short_number(double value) {
  std::string text = fmt::format("{:.4g}", value);
  if (text.find('e') != std::string::npos) text = fmt::format("{:.0f}", value);
  return text;
}

// A value in a unit, as short text, and whether that is all of it.
struct Shortened {
  std::string text;
  bool exact = false;
};

// In the largest of `units` that keeps the rounded number at one or more: 999.99 kB is 1 MB.
Shortened in_largest(double value, std::span<const Unit> units) {
  const auto rounded = [&](const Unit& unit) {
    return std::stod(short_number(value / static_cast<double>(unit.scale))) *
           static_cast<double>(unit.scale);
  };
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (rounded(*best) >= static_cast<double>(unit.scale)) best = &unit;
  }
  return {fmt::format("{} {}", short_number(value / static_cast<double>(best->scale)), best->name),
          std::abs(rounded(*best) - value) < 0.5};
}

constexpr std::size_t kDecimalByteUnits = 5;

}  // namespace

Bytes parse_bytes(std::string_view text) {
  return Bytes{parse_quantity(text, {"an amount of data", "64 MiB", kByteUnits})};
}

Bandwidth parse_bandwidth(std::string_view text) {
  const Wanted wanted{"a bandwidth", "400 Gb/s", kBandwidthUnits};
  const std::int64_t bits = parse_quantity(text, wanted);
  constexpr std::int64_t kMost = 10'000'000'000'000'000;  // 10 Pb/s; leaves room for sums
  if (bits == 0) refuse(text, wanted, "it must be more than zero");
  if (bits > kMost) refuse(text, wanted, "it is too large");
  return Bandwidth::bits_per_second(bits);
}

Duration parse_duration(std::string_view text) {
  return Duration{parse_quantity(text, {"a time", "1.5 us", kDurationUnits})};
}

std::int64_t parse_whole(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw RequestError(fmt::format("'{}' is too large for a whole number", text));
  }
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw RequestError(fmt::format("'{}' is not a whole number; write for example '8'", text));
  }
  return value;
}

double parse_number(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    throw RequestError(fmt::format("'{}' is not a finite number; write for example '1.5'", text));
  }
  return value;
}

std::string to_text(Bytes size) {
  const std::span units{kByteUnits};
  const auto count = static_cast<double>(size.count());
  const Shortened decimal = in_largest(count, units.first(kDecimalByteUnits));
  if (size.count() < kKibi || size.count() % kKibi != 0) return decimal.text;
  const Shortened binary = in_largest(count, units.subspan(kDecimalByteUnits));
  return binary.exact || !decimal.exact ? binary.text : decimal.text;
}

std::string to_binary_text(Bytes size) {
  constexpr std::array kUnits = {
      kByteUnits[0], kByteUnits[kDecimalByteUnits], kByteUnits[kDecimalByteUnits + 1],
      kByteUnits[kDecimalByteUnits + 2], kByteUnits[kDecimalByteUnits + 3]};
  return in_largest(static_cast<double>(size.count()), kUnits).text;
}

std::string to_text(Bandwidth rate) { return rate_text(rate.bytes_per_second()); }

std::string rate_text(double bytes_per_second) {
  return in_largest(bytes_per_second * 8.0, std::span{kBandwidthUnits}.first(kDecimalByteUnits))
      .text;
}

std::string to_text(Duration span) {
  return in_largest(static_cast<double>(span.count()), kDurationUnits).text;
}

}  // namespace commsim
