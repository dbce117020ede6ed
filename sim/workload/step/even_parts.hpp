// A whole number in parts that are as equal as they can be.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index.hpp"

namespace commsim {

/// The first ones have one more. REQUIRES: parts > 0.
inline std::vector<std::int64_t> even_parts(std::int64_t whole, std::int64_t parts) {
  std::vector<std::int64_t> even(index(parts), whole / parts);
  for (std::int64_t i = 0; i < whole % parts; ++i) ++even[index(i)];
  return even;
}

}  // namespace commsim
