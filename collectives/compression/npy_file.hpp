// Tensors from NumPy's files. The format is NumPy's NEP 1 ("A Simple File Format for NumPy Arrays")
// in its versions 1, 2 and 3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "collectives/compression/tensor.hpp"

namespace commsim {

constexpr std::uintmax_t kMostNpyBytes = std::uintmax_t{4} << 30U;

/// Reads an array of half, single or double precision ('<f2', '<f4', '<f8'), rounded to single.
/// Rows are the first dimension, columns the product of the others; an array of one dimension, or
/// none, is one row. What is not a number stays so. A matrix that lies column by column is turned.
/// Throws ConfigError, which names the file and what is wrong, for everything else: another type,
/// no elements, a number that single precision cannot hold, a file that is shorter or longer than
/// its header says or longer than kMostNpyBytes. Takes no more memory than the values and, to turn
/// a matrix, as much again.
Tensor read_npy(const std::filesystem::path& path);

/// The same of the bytes of a file that are in memory already; `name` is what errors call it.
Tensor parse_npy(std::string_view name, std::string_view bytes);

}  // namespace commsim
