// Runs a schedule once, chunk by chunk, to learn which data each step moves and whether the result
// is right.
#pragma once

#include <cstdint>
#include <vector>

#include "collectives/msccl/chunk_map.hpp"

namespace commsim::msccl {

/// What a replay learns.
struct Movements {
  /// Which chunk of the call's data (ChunkMap::length) a step moves: that of move m of a step is
  /// chunk[step.moves + m].
  std::vector<std::int64_t> chunks;
  /// The step that wrote each output cell last, by GPU; nullptr for none.
  std::vector<std::vector<const ScheduleStep*>> writers;
};

/// Replays the steps in an order that the dependencies and messages allow; sends do not wait for
/// their receivers. Whether the schedule deadlocks does not depend on the order.
/// Throws ConfigError with line and column for a deadlock (with who waits for whom), messages that
/// nobody receives or of another length than expected, data that are read before anything is
/// written, sums of different chunks, and an output that is not what the collective says. Sums are
/// compared as sums of 64-bit hashes. O(steps + chunks moved + chunks held) time and memory; races
/// are not seen.
Movements replay(const Schedule& schedule, const ChunkMap& chunks, const CollectiveCall& call);

}  // namespace commsim::msccl
