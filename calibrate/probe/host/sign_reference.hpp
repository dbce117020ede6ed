// Signs and the mean magnitude that they stand for, as a message.
#pragma once

#include <cstddef>
#include <vector>

#include "calibrate/probe/host/message.hpp"

namespace commsim::probe {

/// The mean magnitude in single precision, NaN if it is not finite; then a bit for each value, set
/// where it is below zero, the first one lowest. No values, no message.
Message encode_signs(const std::vector<float>& values);

/// REQUIRES: a message that encode_signs() wrote for `count` values.
std::vector<float> decode_signs(const Message& message, std::size_t count);

}  // namespace commsim::probe
