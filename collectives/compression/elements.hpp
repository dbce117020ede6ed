// Arrays of numbers anywhere in a message, where they may lie at odd addresses.
#pragma once

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

/// Where the next `size` bytes of a message go, which the caller writes.
inline std::byte* grow(Encoded& out, std::size_t size) {
  const std::size_t end = out.size();
  out.resize(end + size);
  return out.data() + end;
}

/// Throws DecodeError unless the message has exactly that size.
inline void expect_size(std::span<const std::byte> in, std::size_t size) {
  if (in.size() != size) {
    throw DecodeError("the message has " + std::to_string(in.size()) + " bytes and needs " +
                      std::to_string(size));
  }
}

}  // namespace commsim
