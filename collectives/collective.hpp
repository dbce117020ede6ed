// The collective operations: what must hold before and after, how nccl-tests counts their size and
// bandwidth, and what no schedule can avoid sending.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/registry.hpp"
#include "core/units.hpp"

namespace commsim {

enum class CollectiveKind : std::uint8_t {
  kAllReduce,
  kAllGather,
  kReduceScatter,
  kBroadcast,
  kReduce,
  kAllToAll,
  kGather,
  kScatter,
  kSendRecv,
  kBarrier,
};

/// A part of the ranks, as a cut sees it.
struct Cut {
  std::int64_t inside = 0;  ///< ranks in the part
  std::int64_t ranks = 0;   ///< ranks in all
  bool holds_root = false;  ///< whether the root is in the part
  Bytes element{1};         ///< shards are cut to whole elements
};

/// What the field knows of a collective. `size` is nccl-tests' throughout: the bytes of the buffer
/// on each rank, and of the larger one where input and output differ: for all_gather,
/// reduce_scatter, gather and scatter the total over all ranks, for all_to_all all that a rank
/// sends. A barrier has no size. Source: NVIDIA/nccl-tests, doc/PERFORMANCE.md and src/*.cu.
struct Collective {
  std::string_view name;
  std::string_view summary;
  CollectiveKind kind = CollectiveKind::kAllReduce;
  /// busbw = algbw * this.
  double (*bus_factor)(std::int64_t ranks) = nullptr;
  /// The least number of bytes that must enter, and leave, a part of the ranks.
  Bytes (*must_enter)(Bytes size, const Cut& cut) = nullptr;
  Bytes (*must_leave)(Bytes size, const Cut& cut) = nullptr;
  /// The least number of bytes that `parts` groups of ranks, whatever their sizes, must send to
  /// each other in all.
  Bytes (*must_cross)(Bytes size, std::int64_t parts) = nullptr;
  /// Whether one rank is the source or the target of all data.
  bool rooted = false;
  /// Whether data are summed.
  bool reduces = false;
};

/// The entry of a kind.
const Collective& collective(CollectiveKind kind);

}  // namespace commsim
