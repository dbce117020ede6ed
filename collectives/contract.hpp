// What each collective starts from and what it must end with, byte by byte.
#pragma once

#include <optional>
#include <string>

#include "collectives/algorithm.hpp"
#include "collectives/send_pattern.hpp"
#include "collectives/symbolic_data.hpp"

namespace commsim {

/// The contract of one call. Data are in place in the output buffer (send_recv: in the input
/// buffer; the message from rank q must end at q * size of the output). The byte i of rank r's data
/// is called byte i of rank r; shards keep their offset in the whole.
///   all_reduce      own vector                       -> the sum of all
///   all_gather      own shard, the rest undefined    -> all shards
///   reduce_scatter  own vector                       -> the sum in the own shard, the rest
///   anything broadcast       the vector on the root           -> the root's vector
class Contract {
 public:
  /// Throws RequestError if the call names an unknown pattern.
  explicit Contract(const CollectiveCall& call);

  [[nodiscard]] std::int64_t input_bytes() const;
  [[nodiscard]] std::int64_t output_bytes() const;
  /// What a rank holds before; ranks beyond the call's are helpers and hold nothing.
  [[nodiscard]] SymbolicData input(Rank rank) const;
  [[nodiscard]] SymbolicData output(Rank rank) const;

  /// What is wrong with a rank's output after, if anything: the first byte, what is there and what
  /// should be.
  [[nodiscard]] std::optional<std::string> violation(Rank rank, const SymbolicData& output) const;

 private:
  CollectiveCall call_;
  Rank ranks_;
  std::vector<Rank> owners_;  // of each byte: the rank whose shard it is in
  std::optional<SendPattern> pattern_;
};

}  // namespace commsim
