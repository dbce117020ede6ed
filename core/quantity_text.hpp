// Quantities as people write them: "64 MiB", "400 Gb/s", "1.5 us". Parsing is exact (no floating
// point) and refuses what has no unit, the wrong unit, or more digits than the type can hold.
#pragma once

#include <string>
#include <string_view>

#include "core/units.hpp"

namespace commsim {

/// Each parse function throws RequestError with a sentence that names the legal units.
/// GB = 10^9 bytes, Gb = 10^9 bits, GiB = 2^30 bytes.
Bytes parse_bytes(std::string_view text);
/// Refuses zero, which no link has.
Bandwidth parse_bandwidth(std::string_view text);
/// Refuses negative spans.
Duration parse_duration(std::string_view text);
/// A whole number in decimal, such as a count of ranks.
std::int64_t parse_whole(std::string_view text);
/// A finite decimal number, such as a ratio.
double parse_number(std::string_view text);

/// Short text for people, at most four significant digits: "64 MiB", "25 GB/s", "1.98 us".
std::string to_text(Bytes size);
/// The same in binary units whatever the size is: "117.7 MiB", among sizes that are powers of two.
std::string to_binary_text(Bytes size);
std::string to_text(Bandwidth rate);
std::string to_text(Duration span);
/// A measured or computed rate, such as an algorithm bandwidth.
std::string rate_text(double bytes_per_second);

}  // namespace commsim
