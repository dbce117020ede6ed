// Arrays of numbers anywhere in a message: they may lie at odd addresses, and are written through
// the cache.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "collectives/compression/wire.hpp"

namespace commsim {

/// The number at that index of an array that need not be aligned.
template <typename Number>
[[gnu::always_inline]] inline Number load(const std::byte* array, std::size_t i) {
  Number number;
  std::memcpy(&number, array + i * sizeof number, sizeof number);
  return number;
}
template <typename Number>
[[gnu::always_inline]] inline void store(std::byte* array, std::size_t i, Number number) {
  std::memcpy(array + i * sizeof number, &number, sizeof number);
}

/// Appends `count` elements of `width` bytes each: write(first, count, bytes) writes `count` of
/// them from element `first` on. A vector cannot grow without being filled with zeros, so it grows
/// by little at a time: these zeros are overwritten before they leave the nearest cache.
template <typename Write>
void append_in_tiles(Encoded& out, std::size_t count, std::size_t width, const Write& write) {
  constexpr std::size_t kTile = 1024;
  out.reserve(out.size() + count * width);
  for (std::size_t first = 0; first < count; first += kTile) {
    const std::size_t length = std::min(kTile, count - first);
    const std::size_t end = out.size();
    out.resize(end + length * width);
    write(first, length, out.data() + end);
  }
}

/// Throws DecodeError unless the message has exactly that size.
inline void expect_size(std::span<const std::byte> in, std::size_t size) {
  if (in.size() != size) {
    throw DecodeError("the message has " + std::to_string(in.size()) + " bytes and needs " +
                      std::to_string(size));
  }
}

}  // namespace commsim
