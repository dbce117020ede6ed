// Joins the thread blocks of a schedule to connections, and refuses what is wrong on sight.
#pragma once

#include "collectives/msccl/chunk_map.hpp"

namespace commsim::msccl {

/// Sets send_lane and receive_lane of every thread block: a connection goes from the one block that
/// sends to a peer on a channel to the one block there that receives from this GPU on that channel.
/// Throws ConfigError with line and column for a step that sends or receives without a connection,
/// a connection that two blocks have, a range outside its buffer, a source and a destination that
/// overlap, and a dependency on a step that does not exist or that nobody may wait for.
/// O(steps + blocks log blocks).
void link(Schedule& schedule, const ChunkMap& chunks);

}  // namespace commsim::msccl
