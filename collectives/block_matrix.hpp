// What every rank sends to every other in an all_to_all, and where it lies.
#pragma once

#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/partition.hpp"

namespace commsim {

/// Block (r, q) is what rank r sends to rank q: shard q of `size`, or the call's matrix[r][q]. In
/// r's input the blocks lie in the order of q, in q's output in the order of r. Memory: none for
/// equal blocks, O(ranks^2) for a matrix.
class BlockMatrix {
 public:
  /// Throws RequestError if the matrix is not ranks x ranks, or has a block that is negative or no
  /// multiple of the element.
  explicit BlockMatrix(const CollectiveCall& call);

  [[nodiscard]] Rank ranks() const { return ranks_; }
  [[nodiscard]] Bytes length(Rank from, Rank to) const {
    return even() ? shards_.length(to) : lengths_[at(from, to)];
  }
  [[nodiscard]] Bytes input_offset(Rank from, Rank to) const {
    return even() ? shards_.offset(to) : input_offsets_[at(from, to)];
  }
  [[nodiscard]] Bytes output_offset(Rank from, Rank to) const {
    return even() ? shards_.length(to) * from : output_offsets_[at(from, to)];
  }
  [[nodiscard]] Bytes input_size(Rank from) const {
    return input_offset(from, ranks_ - 1) + length(from, ranks_ - 1);
  }
  [[nodiscard]] Bytes output_size(Rank to) const {
    return output_offset(ranks_ - 1, to) + length(ranks_ - 1, to);
  }
  /// Whether all ranks send alike: block lengths depend on the receiver only.
  [[nodiscard]] bool even() const { return lengths_.empty(); }
  /// Whether all blocks are of one length.
  [[nodiscard]] bool equal() const { return even() && shards_.longer() == 0; }
  /// Ranges of a block, at the sender and at the receiver.
  [[nodiscard]] Range sent(Rank from, Rank to) const {
    return {.buffer = Buffer::kInput, .offset = input_offset(from, to), .length = length(from, to)};
  }
  [[nodiscard]] Range received(Rank from, Rank to) const {
    return {.offset = output_offset(from, to), .length = length(from, to)};
  }

 private:
  [[nodiscard]] std::size_t at(Rank from, Rank to) const {
    return static_cast<std::size_t>(from) * static_cast<std::size_t>(ranks_) +
           static_cast<std::size_t>(to);
  }

  Rank ranks_;
  Partition shards_;
  std::vector<Bytes> lengths_;  // of a matrix: by sender, then receiver
  std::vector<Bytes> input_offsets_;
  std::vector<Bytes> output_offsets_;
};

/// The largest sum of a row or a column: what a matrix is called by.
Bytes matrix_size(const std::vector<std::vector<Bytes>>& matrix);

/// The most bytes that a rank sends to others, or receives from them.
Bytes busiest_rank(const std::vector<std::vector<Bytes>>& matrix);

}  // namespace commsim
