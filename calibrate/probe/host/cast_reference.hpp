// Casts to smaller floating-point formats, as messages.
#pragma once

#include <cstddef>
#include <vector>

#include "calibrate/probe/host/message.hpp"
#include "calibrate/probe/host/small_float.hpp"

namespace commsim::probe {

/// The codes, one after another. If `scaled`, a scale in single precision stands before them, which
/// takes the largest finite magnitude to the largest number of the format.
Message encode_cast(const SmallFormat& format, bool scaled, const std::vector<float>& values);

/// REQUIRES: a message that encode_cast() wrote for `count` values.
std::vector<float> decode_cast(const SmallFormat& format, bool scaled, const Message& message,
                               std::size_t count);

}  // namespace commsim::probe
