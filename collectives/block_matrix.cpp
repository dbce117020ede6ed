#include "collectives/block_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace commsim {
namespace {

using Matrix = std::vector<std::vector<Bytes>>;

void refuse_bad(const Matrix& matrix, Rank ranks, Bytes element) {
  const auto p = static_cast<std::size_t>(ranks);
  if (matrix.size() != p) {
    throw RequestError(
        fmt::format("the matrix has {} rows; legal: {}, one a rank", matrix.size(), ranks));
  }
  for (std::size_t r = 0; r < p; ++r) {
    if (matrix[r].size() != p) {
      throw RequestError(fmt::format("row {} of the matrix has {} blocks; legal: {}, one a rank", r,
                                     matrix[r].size(), ranks));
    }
    for (const Bytes block : matrix[r]) {
      if (block >= Bytes{0} && block.count() % element.count() == 0) continue;
      throw RequestError(fmt::format(
          "row {} of the matrix has a block of {} bytes; legal: multiples of the element, {} bytes",
          r, block.count(), element.count()));
    }
  }
}

// The largest sum over rows and columns of the blocks that `count` lets through.
template <typename Count>
Bytes largest_sum(const Matrix& matrix, Count count) {
  Bytes largest{0};
  for (std::size_t r = 0; r < matrix.size(); ++r) {
    Bytes row{0};
    Bytes column{0};
    for (std::size_t q = 0; q < matrix.size(); ++q) {
      if (!count(r, q)) continue;
      row += matrix[r][q];
      column += matrix[q][r];
    }
    largest = std::max({largest, row, column});
  }
  return largest;
}

}  // namespace

BlockMatrix::BlockMatrix(const CollectiveCall& call)
    : ranks_(call.layout.ranks()), shards_(call.size, ranks_, call.element) {
  if (call.matrix.empty()) return;
  refuse_bad(call.matrix, ranks_, call.element);
  for (const auto& row : call.matrix) {
    Bytes offset{0};
    for (const Bytes block : row) {
      lengths_.push_back(block);
      input_offsets_.push_back(offset);
      offset += block;
    }
  }
  output_offsets_.resize(lengths_.size());
  for (Rank to = 0; to < ranks_; ++to) {
    Bytes offset{0};
    for (Rank from = 0; from < ranks_; ++from) {
      output_offsets_[at(from, to)] = offset;
      offset += lengths_[at(from, to)];
    }
  }
}

Bytes matrix_size(const Matrix& matrix) {
  return largest_sum(matrix, [](std::size_t, std::size_t) { return true; });
}

Bytes busiest_rank(const Matrix& matrix) {
  return largest_sum(matrix, [](std::size_t r, std::size_t q) { return r != q; });
}

}  // namespace commsim
