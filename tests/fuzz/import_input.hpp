// The bytes of a fuzzer as a text file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/text_file.hpp"

namespace commsim::fuzz {

inline TextFile input(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what a fuzzer gives
  return {.name = "fuzz", .text = std::string(reinterpret_cast<const char*>(data), size)};
}

}  // namespace commsim::fuzz
