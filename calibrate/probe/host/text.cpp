#include "calibrate/probe/host/text.hpp"

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace commsim::probe {
namespace {

std::invalid_argument no_number(const std::string& text) {
  return std::invalid_argument("'" + text + "' is no number");
}

}  // namespace

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::uint64_t parse_count(const std::string& text) {
  constexpr std::uint64_t kBase = 10;
  std::uint64_t value = 0;
  if (text.empty()) throw no_number(text);
  for (const char c : text) {
    if (c < '0' || c > '9') throw no_number(text);
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / kBase) throw no_number(text);
    value = value * kBase + digit;
  }
  return value;
}

std::string decimal(double value) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::fixed << std::setprecision(3) << value;
  return text.str();
}

std::string cell(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return c == ',' || c == '"' || static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

}  // namespace commsim::probe
