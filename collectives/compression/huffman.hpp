// Huffman coding of single bytes.
#pragma once

#include <cstddef>
#include <span>

#include "collectives/compression/wire.hpp"

namespace commsim {

/// Appends `in` with a prefix code for each stretch of some ten thousand bytes; what does not get
/// shorter stays as it is.
void pack_huffman(std::span<const std::byte> in, Encoded& out);

/// Writes exactly out.size() bytes. Throws DecodeError if `in` is no such code, or of another size.
void unpack_huffman(std::span<const std::byte> in, std::span<std::byte> out);

}  // namespace commsim
