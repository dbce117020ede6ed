// The beginning of a NumPy file, which says how to read the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text_file.hpp"

namespace commsim {

/// What a header says. Dimensions are positive, and their product fits.
struct NpyHeader {
  std::size_t size = 0;          ///< bytes before the data
  std::size_t element_size = 0;  ///< 2, 4 or 8 bytes: half, single or double precision
  bool fortran_order = false;
  std::vector<std::int64_t> dimensions;
  std::int64_t elements = 1;
};

/// As many bytes of a file hold any header that parse_npy_header accepts.
constexpr std::size_t kMostNpyHeader = 12 + (std::size_t{1} << 16U);

/// Reads the header at the front of `bytes`. Throws ConfigError under the name of `file`.
NpyHeader parse_npy_header(const TextFile& file, std::string_view bytes);

}  // namespace commsim
