// Where the chunks of a schedule lie in the buffers of a collective.
#pragma once

#include <vector>

#include "collectives/msccl/schedule.hpp"
#include "collectives/partition.hpp"

namespace commsim::msccl {

/// MSCCL cuts `size` bytes (nccl-tests' size: the larger of the two buffers) into N chunks. N is
/// nchunksperloop; for gather and scatter, where MSCCL counts one rank's data, N is ranks times
/// that. Where each rank has a shard, the shards of contract.hpp are cut into N / ranks chunks
/// each; elsewhere the vector is cut into N. Chunks differ by at most an element or two.
///
/// The chunks that a GPU holds are numbered as cells: first those of the output buffer, then, out
/// of place, those of the input buffer, then its scratch chunks. In place both buffers are one, and
/// a buffer that holds a shard begins at that shard.
///
/// Our contract keeps the data of all collectives but all_to_all in the output buffer. Out of place
/// the input buffer of such a schedule therefore is a part of our scratch, into which the data are
/// copied at the start, and what the schedule has not yet written to its output counts as
/// undefined. A copy takes no time, so the two kinds of schedule are timed alike.
class ChunkMap {
 public:
  /// REQUIRES: legal(schedule, call.kind), and the ranks are those of the schedule.
  ChunkMap(const Schedule& schedule, const CollectiveCall& call);

  [[nodiscard]] std::int64_t chunks() const { return chunks_; }
  [[nodiscard]] bool in_place() const { return in_place_; }
  /// How many chunks of a buffer a GPU may name.
  [[nodiscard]] std::int64_t capacity(Rank gpu, ChunkBuffer buffer) const;
  [[nodiscard]] std::int64_t cell(Rank gpu, ChunkPlace place) const;
  [[nodiscard]] std::int64_t cells(Rank gpu) const;

  /// Which chunk of its rank's data a cell holds in the beginning, or -1.
  [[nodiscard]] std::int64_t at_start(Rank gpu, std::int64_t cell) const;
  /// How long a chunk may be that is put into a cell of the input or output buffer.
  [[nodiscard]] Bytes room(Rank gpu, std::int64_t cell) const;

  /// A chunk of the call's data, by its number there.
  [[nodiscard]] Bytes length(std::int64_t chunk) const;
  [[nodiscard]] Bytes longest() const { return longest_; }
  /// Where a cell begins, as a range without length.
  [[nodiscard]] Range place(Rank gpu, std::int64_t cell) const;
  /// Whether the input buffer is a part of scratch that has to be filled.
  [[nodiscard]] bool copies_input() const {
    return !in_place_ && kind_ != CollectiveKind::kAllToAll;
  }
  /// Whether that cell is a scratch chunk of the schedule.
  [[nodiscard]] bool is_scratch(std::int64_t cell) const { return cell >= scratch_cell(); }
  /// What a GPU needs of our scratch for its cells.
  [[nodiscard]] Bytes scratch(Rank gpu) const;

 private:
  [[nodiscard]] std::int64_t scratch_cell() const { return in_place_ ? chunks_ : 2 * chunks_; }
  [[nodiscard]] Bytes offset(std::int64_t chunk) const;
  [[nodiscard]] bool holds(Rank gpu, std::int64_t chunk) const;

  CollectiveKind kind_;
  Rank root_;
  Rank ranks_;
  bool in_place_;
  std::int64_t chunks_;
  std::int64_t per_shard_;  // or 0 where the vector is cut as a whole
  Bytes size_;
  Bytes element_;
  Partition parts_;  // shards, or chunks
  Bytes longest_;
  std::vector<std::array<std::int64_t, 3>> declared_;
};

/// Throws ConfigError unless the schedule is for that collective and as many ranks, cuts its data
/// into whole shards and runs on the buffers that there are; RequestError for a collective that
/// MSCCL does not have.
void refuse_another(const Schedule& schedule, const CollectiveCall& call);

/// Whether a buffer holds one shard only.
bool is_shard(CollectiveKind kind, ChunkBuffer buffer);
/// Whether every rank has a shard of its own, so that a schedule cuts shards.
bool has_shards(CollectiveKind kind);
/// Whether MSCCL counts the chunks of one rank's data.
bool counts_one_shard(CollectiveKind kind);
/// MSCCL's name, or nothing if it has no such collective.
std::string_view msccl_name(CollectiveKind kind);

}  // namespace commsim::msccl
