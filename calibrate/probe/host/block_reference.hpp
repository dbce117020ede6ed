// Small integers with a scale for each block of elements, as messages.
#pragma once

#include <cstddef>
#include <vector>

#include "calibrate/probe/host/message.hpp"

namespace commsim::probe {

/// Integers of `bits` bits, 8 or 4, and so many elements to a block.
struct BlockFormat {
  int bits;
  std::size_t block;
};

inline constexpr BlockFormat kInt8Blocks{8, 256};
inline constexpr BlockFormat kInt4Blocks{4, 128};

/// Bytes of a message of `count` values.
std::size_t block_message_bytes(const BlockFormat& format, std::size_t count);

/// For each block, of which the last may be shorter: the scale in single precision, then the
/// integers, rounded to the nearest, ties to even; two of four bits to a byte, the first one in the
/// lower half. A block with NaN or infinity has the scale NaN and zeros.
Message encode_blocks(const BlockFormat& format, const std::vector<float>& values);

/// REQUIRES: a message that encode_blocks() wrote for `count` values.
std::vector<float> decode_blocks(const BlockFormat& format, const Message& message,
                                 std::size_t count);

}  // namespace commsim::probe
