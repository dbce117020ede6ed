// Bytes of a message: numbers as they lie in the memory of a little-endian machine, at any address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace commsim::probe {

using Message = std::vector<std::uint8_t>;

template <typename Number>
void append(Message& message, Number number) {
  const std::size_t end = message.size();
  message.resize(end + sizeof number);
  std::memcpy(message.data() + end, &number, sizeof number);
}

/// REQUIRES: so many bytes from `at` on.
template <typename Number>
Number number_at(const Message& message, std::size_t at) {
  Number number;
  std::memcpy(&number, message.data() + at, sizeof number);
  return number;
}

}  // namespace commsim::probe
