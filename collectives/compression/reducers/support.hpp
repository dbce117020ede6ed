// Where the kept elements of a sparse tensor lie, as bytes: one tag, then the positions as 32-bit
// indices or as one bit an element, whichever is smaller, so that the size depends on the two
// counts only. Bits win above one kept element in 32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "collectives/compression/wire.hpp"

namespace commsim {

/// Throws RequestError for more elements than 32-bit indices can name.
void check_support(std::size_t elements);

/// The bytes that write_support() appends.
[[nodiscard]] std::size_t support_size(std::size_t kept, std::size_t elements);

/// Appends the positions. REQUIRES: ascending, each once, all below `elements`; check_support()
/// passes.
void write_support(std::span<const std::uint32_t> positions, std::size_t elements, Encoded& out);

/// Writes `kept` to the positions that write_support() put into `side`, and zero elsewhere. Throws
/// DecodeError if they are not ascending, not in the tensor, not as many as are kept, or written in
/// the larger way. O(elements).
void scatter(std::span<const float> kept, std::span<const std::byte> side, std::span<float> tensor);

}  // namespace commsim
