#include "calibrate/probe/host/sign_reference.hpp"

#include <cmath>
#include <limits>

namespace commsim::probe {

Message encode_signs(const std::vector<float>& values) {
  Message message;
  if (values.empty()) return message;
  double sum = 0;
  for (const float value : values) sum += std::abs(static_cast<double>(value));
  const auto mean = static_cast<float>(sum / static_cast<double>(values.size()));
  append(message, std::isfinite(mean) ? mean : std::numeric_limits<float>::quiet_NaN());
  message.resize(sizeof mean + (values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const unsigned bit = values[i] < 0 ? 1U << (i % 8) : 0U;
    std::uint8_t& byte = message[sizeof mean + i / 8];
    byte = static_cast<std::uint8_t>(byte | bit);
  }
  return message;
}

std::vector<float> decode_signs(const Message& message, std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto mean = number_at<float>(message, 0);
    const unsigned byte = message[sizeof mean + i / 8];
    const bool negative = (byte >> (i % 8) & 1U) != 0;
    values[i] = negative ? -mean : mean;
  }
  return values;
}

}  // namespace commsim::probe
