#include "sim/scenario/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace commsim {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

// The length of the UTF-8 sequence at `i`, or 0 where there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2   ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xc0U) != 0x80) return 0;
  }
  const unsigned second = byte_at(text, i + 1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool past_the_end = lead == 0xf4 && second >= 0x90;
  return overlong || surrogate || past_the_end ? 0 : length;
}

Mark place_of(std::string_view text, std::size_t offset, const YamlOrigin& origin) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return origin.mark(static_cast<int>(line), static_cast<int>(offset - line_start) + 1);
}

}  // namespace

std::string_view checked_text(std::string_view text, const YamlOrigin& origin) {
  if (text.size() > kMostYamlBytes) {
    origin.refuse(fmt::format("the text is larger than {} MiB", kMostYamlBytes >> 20U));
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const std::size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text.remove_prefix(skipped);
  for (std::size_t i = 0; i < text.size();) {
    const unsigned byte = byte_at(text, i);
    const std::size_t length = sequence_length(text, i);
    if (length == 0) {
      origin.refuse(place_of(text, i, origin),
                    fmt::format("the byte 0x{:02x} at offset {} is not UTF-8; is this a text file?",
                                byte, i + skipped));
    }
    // yaml-cpp takes the character 4 for the end of the file and would drop the rest in silence.
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
      origin.refuse(place_of(text, i, origin),
                    fmt::format("the control character 0x{:02x} at offset {} has no place in a "
                                "text; is this a binary file?",
                                byte, i + skipped));
    }
    i += length;
  }
  const auto marks = std::count_if(text.begin(), text.end(), [](char c) {
    return std::string_view("[]{},\"'&*!").find(c) != std::string_view::npos;
  });
  if (static_cast<std::size_t>(marks) > kMostYamlMarks) {
    origin.refuse(
        fmt::format("the text has more than {} brackets, commas and quotes", kMostYamlMarks));
  }
  return text;
}

}  // namespace commsim
