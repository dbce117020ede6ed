// What a codec loses of a tensor, in words where no number can say it.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace commsim {

constexpr const char* kOverflow = "overflow";

/// For a cell: |y - x| / |x|, or a word where not all of y is finite.
inline std::string lost_text(double error) {
  return std::isfinite(error) ? fmt::format("{:.2g}", error) : kOverflow;
}

/// For a sentence.
inline std::string lost_sentence(double error) {
  return std::isfinite(error) ? fmt::format("{:.2g} of the tensor's length lost", error)
                              : "decoded to what is not all finite";
}

}  // namespace commsim
