#include "calibrate/probe/host/cast_reference.hpp"

#include <algorithm>
#include <cmath>

#include "calibrate/probe/host/codec_scale.hpp"

namespace commsim::probe {
namespace {

float largest_finite(const std::vector<float>& values) {
  float largest = 0;
  for (const float value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

}  // namespace

Message encode_cast(const SmallFormat& format, bool scaled, const std::vector<float>& values) {
  Message message;
  message.reserve(values.size() * static_cast<std::size_t>(format.bits / 8) + sizeof(float));
  float factor = 1;
  if (scaled) {
    const float scale =
        codec_scale(largest_finite(values), from_small_float(format, format.past - 1));
    append(message, scale);
    factor = 1 / scale;
  }
  for (const float value : values) {
    const std::uint32_t code = to_small_float(format, value * factor);
    if (format.bits == 8) {
      append(message, static_cast<std::uint8_t>(code));
    } else {
      append(message, static_cast<std::uint16_t>(code));
    }
  }
  return message;
}

std::vector<float> decode_cast(const SmallFormat& format, bool scaled, const Message& message,
                               std::size_t count) {
  const float scale = scaled ? number_at<float>(message, 0) : 1;
  const std::size_t first = scaled ? sizeof(float) : 0;
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t code =
        format.bits == 8 ? std::uint32_t{message[first + i]}
                         : std::uint32_t{number_at<std::uint16_t>(message, first + 2 * i)};
    values[i] = from_small_float(format, code) * scale;
  }
  return values;
}

}  // namespace commsim::probe
