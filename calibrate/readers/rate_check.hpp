// Whether the rates that a row prints agree with its time.
#pragma once

#include <optional>
#include <string>

#include "core/text_file.hpp"
#include "core/text_lines.hpp"
#include "core/units.hpp"

namespace commsim {

/// What a row says of one operation, as printed; nothing where it is silent.
struct PrintedRates {
  Bytes size;                 // more than zero
  std::optional<Word> time;   // in units of `time_unit`
  double time_unit = 1;       // picoseconds
  std::optional<Word> algbw;  // GB/s, of 1e9 bytes, both of them
  std::optional<Word> busbw;
  std::optional<double> factor;  // busbw / algbw, where collective and ranks are known
  std::string of;                // these two in words, such as "all_reduce of 8 ranks"
};

/// Half a unit of the last digit: 0.005 of "1.25", 50 of "1.2e3". REQUIRES: a number.
double rounding_of(std::string_view printed);

/// Throws ConfigError at a rate that is not size / time (times the factor), or where no time is
/// printed at a busbw that is not algbw times the factor, and says what it should be. What rounding
/// to the printed digits can do is allowed, and two per cent beyond, since some average rates and
/// times apart.
void check_rates(const TextFile& file, const PrintedRates& row);

}  // namespace commsim
