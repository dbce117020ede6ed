// Text in and out of the tables that the probe writes: no cell has a comma, a quote or a line end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace commsim::probe {

std::vector<std::string> split(const std::string& line, char separator);
/// Throws std::invalid_argument unless the whole text is a number of decimal digits that fits.
std::uint64_t parse_count(const std::string& text);
/// Three digits after the point, never an exponent.
std::string decimal(double value);
/// What a cell must not have becomes a blank.
std::string cell(std::string text);

}  // namespace commsim::probe
