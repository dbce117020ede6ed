// The ring schedules: reduce-scatter, all-gather, and all-reduce, which is one after the other.
//
// With r the place of a rank in its ring of p and NCCL's index of chunks (all_reduce.h):
//   reduce-scatter, step j = 0..p-2: send chunk r-1-j, receive chunk r-2-j and reduce it
//   all-gather,     step j = 0..p-2: send chunk r-j,   receive chunk r-1-j
// all mod p. Chunk r is thus complete at place r after the reduce-scatter.
#pragma once

#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/partition.hpp"

namespace commsim {

enum class RingPhases : std::uint8_t { kReduceScatter, kAllGather, kBoth };

/// One lane for each ring. For kBoth ring c has slice c of the buffer, cut into a chunk for each
/// place. For the others chunk r is slice c of the shard of the rank at place r, since shard i is
/// rank i's in whatever order a ring visits the ranks.
class RingProgram final : public Program {
 public:
  /// REQUIRES: each order lists all ranks once.
  RingProgram(RingPhases phases, Bytes size, Bytes element,
              const std::vector<std::vector<Rank>>& orders);

  [[nodiscard]] int participants() const override { return ranks_; }
  [[nodiscard]] int lanes() const override { return static_cast<int>(rings_.size()); }
  [[nodiscard]] int steps(Rank participant, int lane) const override;
  void step(Rank participant, int lane, int step, Step& out) const override;
  bool send_receive(Rank participant, int lane, int step, SendReceive& out) const override;
  bool visit_runs(RingRunVisitor& out) const override;
  [[nodiscard]] bool looks_like(const Program& other, std::span<const Rank> image) const override;

  [[nodiscard]] Bytes longest_chunk() const {
    return phases_ == RingPhases::kBoth ? rings_[0].chunks.longest() : long_shard_.longest();
  }

 private:
  struct Ring {
    std::vector<Rank> order;  // of places
    std::vector<Rank> place;  // of ranks
    Bytes offset;             // kBoth: of the slice
    Partition chunks;         // kBoth: of the slice
  };
  [[nodiscard]] Range chunk(int ring, Rank place) const;
  // The chunk that a place sends in a step.
  [[nodiscard]] Rank sent_chunk(Rank place, int step) const;
  [[nodiscard]] bool has_equal_chunks() const;

  RingPhases phases_;
  Rank ranks_;
  std::vector<Ring> rings_;
  Partition shards_;
  Partition long_shard_;   // slices of a shard, one for each ring
  Partition short_shard_;  // slices of one of the last shards
};

/// Builds the program of a call and its rings.
std::unique_ptr<Program> make_ring(RingPhases phases, const CollectiveCall& call);
/// p - 1 steps a phase, each of the longest chunk; nothing if links differ. Exact: the longest
/// chunk is on the wire all the time, and no step starts later than if all chunks were as long.
std::optional<Duration> ring_time(RingPhases phases, const CollectiveCall& call,
                                  AlphaBetaCost inner, AlphaBetaCost outer);

}  // namespace commsim
