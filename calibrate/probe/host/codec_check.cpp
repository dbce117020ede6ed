#include "calibrate/probe/host/codec_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <sstream>

#include "calibrate/probe/host/block_reference.hpp"
#include "calibrate/probe/host/codec_reference.hpp"
#include "calibrate/probe/host/small_float.hpp"

namespace commsim::probe {
namespace {

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

bool same(float expected, float found) {
  return bits_of(expected) == bits_of(found) || (std::isnan(expected) && std::isnan(found));
}

std::string hexadecimal(std::uint32_t bits) {
  std::ostringstream text;
  text << "0x" << std::hex << bits;
  return text.str();
}

std::string fault(const std::string& what, std::size_t at, std::uint32_t expected,
                  std::uint32_t found) {
  return what + ' ' + std::to_string(at) + " is " + hexadecimal(found) + " instead of " +
         hexadecimal(expected);
}

std::string code_fault(const SmallFormat& format, std::size_t first, const Message& expected,
                       const Message& found) {
  const std::size_t width = format.bits == 8 ? 1 : 2;
  for (std::size_t at = first; at < expected.size(); at += width) {
    const auto code = [&](const Message& message) {
      return width == 1 ? std::uint32_t{message[at]}
                        : std::uint32_t{number_at<std::uint16_t>(message, at)};
    };
    const std::uint32_t left = code(expected);
    const std::uint32_t right = code(found);
    if (left == right || (is_nan_code(format, left) && is_nan_code(format, right))) continue;
    return fault("the code of element", (at - first) / width, left, right);
  }
  return "";
}

std::string scale_fault(std::size_t at, float expected, float found) {
  if (same(expected, found)) return "";
  return fault("the scale at byte", at, bits_of(expected), bits_of(found));
}

// A block's scale, then its codes; `first` is the block's first element.
std::string block_fault(const BlockFormat& format, const Message& expected, const Message& found) {
  const std::size_t whole = block_message_bytes(format, format.block);
  const auto per_byte = static_cast<std::size_t>(8 / format.bits);
  for (std::size_t start = 0, first = 0; start < expected.size();
       start += whole, first += format.block) {
    std::string scale =
        scale_fault(start, number_at<float>(expected, start), number_at<float>(found, start));
    if (!scale.empty()) return scale;
    const std::size_t end = std::min(start + whole, expected.size());
    for (std::size_t at = start + sizeof(float); at < end; ++at) {
      if (expected[at] == found[at]) continue;
      return fault("the code of element", first + (at - start - sizeof(float)) * per_byte,
                   expected[at], found[at]);
    }
  }
  return "";
}

std::string sign_fault(const Message& expected, const Message& found) {
  constexpr float kTolerance = 1e-5F;
  if (expected.empty()) return "";
  const auto left = number_at<float>(expected, 0);
  const auto right = number_at<float>(found, 0);
  const bool near = std::abs(left - right) <= kTolerance * left;  // not of NaN
  if (!near && !same(left, right)) return scale_fault(0, left, right);
  for (std::size_t at = sizeof(float); at < expected.size(); ++at) {
    if (expected[at] == found[at]) continue;
    return fault("the sign of element", (at - sizeof(float)) * 8, expected[at], found[at]);
  }
  return "";
}

}  // namespace

std::string message_fault(const std::string& codec, const Message& expected, const Message& found,
                          std::size_t count) {
  const std::size_t bytes = message_bytes(codec, count);
  if (expected.size() != bytes || found.size() != bytes) {
    return "a message of " + std::to_string(found.size()) + " bytes instead of " +
           std::to_string(bytes);
  }
  if (codec == "fp16") return code_fault(kHalf, 0, expected, found);
  if (codec == "bf16") return code_fault(kBfloat, 0, expected, found);
  if (codec == "fp8_e4m3") {
    const std::string scale =
        scale_fault(0, number_at<float>(expected, 0), number_at<float>(found, 0));
    return scale.empty() ? code_fault(kE4M3, sizeof(float), expected, found) : scale;
  }
  if (codec == "int8") return block_fault(kInt8Blocks, expected, found);
  if (codec == "int4") return block_fault(kInt4Blocks, expected, found);
  return sign_fault(expected, found);
}

std::string number_fault(const std::vector<float>& expected, const std::vector<float>& found) {
  if (expected.size() != found.size()) {
    return std::to_string(found.size()) + " elements instead of " + std::to_string(expected.size());
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (same(expected[i], found[i])) continue;
    return fault("element", i, bits_of(expected[i]), bits_of(found[i]));
  }
  return "";
}

std::string sparse_fault(const Sparse& expected, const Sparse& found) {
  const std::size_t both = std::min(expected.positions.size(), found.positions.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (expected.positions[i] == found.positions[i]) continue;
    return "kept element " + std::to_string(i) + " is of position " +
           std::to_string(found.positions[i]) + " instead of " +
           std::to_string(expected.positions[i]);
  }
  const std::string kept = number_fault(expected.values, found.values);
  return kept.empty() ? kept : "kept: " + kept;
}

}  // namespace commsim::probe
