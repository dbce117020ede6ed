// How long matrix products take on a GPU, from the table that the probe's suite `gemm` writes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/text_file.hpp"

namespace commsim {

struct ProductTime {
  double flops = 0;    ///< 2 n^3 for square matrices
  double seconds = 0;  ///< the median, where a product was measured several times
};

/// One such table.
struct ProductTable {
  std::string file;
  std::map<std::string, std::vector<ProductTime>> products;  ///< by type; FLOPs ascend
};

/// Reads count (the side of three square matrices), dtype and time_us_oop; other columns do not
/// matter. Types are as the probe names them ("float32", "bfloat16"), others are kept as they are
/// written. Throws ConfigError at the cell for anything that cannot be, and for a table without
/// products. O(n log n).
ProductTable read_product_table(const TextFile& file);

}  // namespace commsim
