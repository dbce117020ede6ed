#include "calibrate/probe/host/block_reference.hpp"

#include <algorithm>
#include <cmath>

#include "calibrate/probe/host/codec_scale.hpp"

namespace commsim::probe {
namespace {

float top(const BlockFormat& format) { return format.bits == 8 ? 127 : 7; }

std::size_t code_bytes(const BlockFormat& format, std::size_t count) {
  return format.bits == 8 ? count : (count + 1) / 2;
}

// NaN if any is.
float largest_magnitude(const float* values, std::size_t count) {
  float largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(values[i])) return values[i];
    largest = std::max(largest, std::abs(values[i]));
  }
  return largest;
}

unsigned code_of(float value, float factor) {
  return static_cast<unsigned>(std::lrint(value * factor));
}

}  // namespace

std::size_t block_message_bytes(const BlockFormat& format, std::size_t count) {
  const std::size_t rest = count % format.block;
  return count / format.block * (sizeof(float) + code_bytes(format, format.block)) +
         (rest == 0 ? 0 : sizeof(float) + code_bytes(format, rest));
}

Message encode_blocks(const BlockFormat& format, const std::vector<float>& values) {
  Message message;
  message.reserve(block_message_bytes(format, values.size()));
  for (std::size_t first = 0; first < values.size(); first += format.block) {
    const std::size_t count = std::min(format.block, values.size() - first);
    const float* block = values.data() + first;
    const float scale = codec_scale(largest_magnitude(block, count), top(format));
    append(message, scale);
    const std::size_t codes = message.size();
    message.resize(codes + code_bytes(format, count));
    for (std::size_t i = 0; i < count && !std::isnan(scale); ++i) {
      const unsigned code = code_of(block[i], 1 / scale);
      if (format.bits == 8) {
        message[codes + i] = static_cast<std::uint8_t>(code);
      } else {
        const unsigned nibble = (code & 15U) << (i % 2 * 4);
        message[codes + i / 2] = static_cast<std::uint8_t>(message[codes + i / 2] | nibble);
      }
    }
  }
  return message;
}

std::vector<float> decode_blocks(const BlockFormat& format, const Message& message,
                                 std::size_t count) {
  std::vector<float> values(count);
  std::size_t at = 0;
  for (std::size_t first = 0; first < count; first += format.block) {
    const std::size_t length = std::min(format.block, count - first);
    const auto scale = number_at<float>(message, at);
    at += sizeof scale;
    for (std::size_t i = 0; i < length; ++i) {
      int code = 0;
      if (format.bits == 8) {
        code = message[at + i] < 128 ? message[at + i] : message[at + i] - 256;
      } else {
        const int nibble = message[at + i / 2] >> (i % 2 * 4) & 15;
        code = nibble < 8 ? nibble : nibble - 16;
      }
      values[first + i] = static_cast<float>(code) * scale;
    }
    at += code_bytes(format, length);
  }
  return values;
}

}  // namespace commsim::probe
