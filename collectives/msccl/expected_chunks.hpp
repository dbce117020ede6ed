// What each GPU must hold in the end, chunk by chunk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectives/msccl/chunk_map.hpp"

namespace commsim::msccl {

/// A chunk of the data of some ranks, summed: which chunk, and the sum of a hash for each rank.
struct ChunkSum {
  std::int64_t chunk = -1;  ///< or -1 for undefined data
  std::uint64_t sum = 0;
  friend bool operator==(const ChunkSum&, const ChunkSum&) = default;
};

/// The contract of a collective (contract.hpp) in chunks. Two different sums are taken for equal
/// with a probability of 2^-64.
class ExpectedChunks {
 public:
  ExpectedChunks(const ChunkMap& chunks, const CollectiveCall& call);

  /// Chunk `chunk` of the data of one rank.
  [[nodiscard]] ChunkSum of_rank(Rank rank, std::int64_t chunk) const;
  /// What is wrong with an output chunk of a GPU, if anything: "chunk 3 undefined, not ...".
  [[nodiscard]] std::optional<std::string> fault(Rank gpu, std::int64_t chunk,
                                                 const ChunkSum& found) const;

 private:
  [[nodiscard]] std::string describe(const ChunkSum& value) const;

  CollectiveKind kind_;
  Rank root_;
  Rank ranks_;
  std::int64_t chunks_;
  std::vector<std::uint64_t> of_all_;  // of each chunk: the sum over all ranks
};

}  // namespace commsim::msccl
