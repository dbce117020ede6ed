// How many steps NCCL counts.
#pragma once

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim {

/// Of a ring: 2 (n - 1), n - 1 of the two halves of an all-reduce, n of broadcast and reduce. A
/// ring carries n / steps times as much data as passes a link.
int nccl_steps(NcclCollective collective, int ranks);

/// Those of a ring that cross from server to server. Up to 2.22 all_reduce counts two too many.
int nccl_steps_between_servers(NcclCollective collective, const NcclSystem& system);

/// Levels of a tree over the servers: the logarithm, rounded down.
int nccl_levels(int servers);

}  // namespace commsim
