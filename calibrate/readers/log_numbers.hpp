// Numbers of a log, with refusals at their places.
#pragma once

#include "core/text_file.hpp"
#include "core/text_lines.hpp"
#include "core/units.hpp"

namespace commsim {

/// Picoseconds of a unit of time, bytes per second of a unit of rate.
constexpr double kPicosecondsPerMicrosecond = 1e6;
constexpr double kPicosecondsPerMillisecond = 1e9;
constexpr double kMegabyte = 1e6;
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kGigabyte = 1e9;

/// Whether all characters are digits, and there is one.
bool all_digits(std::string_view text);

/// Each throws ConfigError at the word for anything but what it returns. A number is finite, not
/// negative, and written in full: "1.5", "2e-07".
double read_number(const TextFile& file, Word word);
/// Digits, at most 2^62.
Bytes read_size(const TextFile& file, Word word);
/// Digits, from 1 to 2^24.
int read_count(const TextFile& file, Word word);
/// More than zero, rounded to the picosecond: exact for times of up to 15 digits.
Duration read_time(const TextFile& file, Word word, double picoseconds_per_unit);
/// The time that `bytes` take at the rate that the word tells. Refuses a rate of zero, which small
/// messages have when too few digits are printed.
Duration read_rate(const TextFile& file, Word word, double bytes, double bytes_per_second_per_unit);

}  // namespace commsim
