// What each collective starts from and what it must end with, byte by byte.
#pragma once

#include <optional>
#include <string>

#include "collectives/algorithm.hpp"
#include "collectives/block_matrix.hpp"
#include "collectives/proof/symbolic_data.hpp"
#include "collectives/send_pattern.hpp"

namespace commsim {

/// The contract of one call. The byte i of rank r's data is called byte i of rank r; shards keep
/// their offset in the whole. Data are in place in the output buffer:
///   all_reduce      own vector                         -> the sum of all
///   all_gather      own shard, the rest undefined      -> all shards
///   reduce_scatter  own vector                         -> the sum in the own shard
///   broadcast       the vector on the root             -> the root's vector
///   reduce          own vector                         -> the sum on the root
///   gather          own shard, the rest undefined      -> all shards on the root
///   scatter         the vector on the root             -> the root's bytes in the own shard
///   barrier         nothing                            -> nothing, after all have begun
/// What is not named on the right may be anything. Of two collectives the data are in the input
/// buffer:
///   all_to_all      blocks by receiver                 -> blocks by sender (block_matrix.hpp)
///   send_recv       the message                        -> the message from rank q at q * size
class Contract {
 public:
  /// Throws RequestError if the call names an unknown pattern or a wrong matrix.
  explicit Contract(const CollectiveCall& call);

  /// What a rank holds before; ranks beyond the call's are helpers: their output is as long as the
  /// call's size, and undefined.
  [[nodiscard]] SymbolicData input(Rank rank) const;
  [[nodiscard]] SymbolicData output(Rank rank) const;

  /// Whether every rank must have heard of every other before it ends.
  [[nodiscard]] bool hears_all() const { return call_.kind == CollectiveKind::kBarrier; }

  /// What is wrong with a rank's output after, if anything: the first byte, what is there and what
  /// should be.
  [[nodiscard]] std::optional<std::string> violation(Rank rank, const SymbolicData& output) const;

 private:
  [[nodiscard]] bool holds_before(Rank rank, std::int64_t at) const;

  CollectiveCall call_;
  Rank ranks_;
  std::vector<Rank> owners_;  // of each byte: the rank whose shard it is in
  std::optional<SendPattern> pattern_;
  std::optional<BlockMatrix> blocks_;
};

}  // namespace commsim
