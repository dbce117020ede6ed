// A ring through all ranks that stays on the fastest direct links.
#pragma once

#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// All ranks once, in an order in which neighbours have direct links where they can: along the rows
/// of a grid, back and forth; in a server whose GPUs are joined by direct links of different speeds
/// (or not all of them), the ring whose slowest link is fastest, as NCCL searches for one. Servers
/// follow each other in order. Empty if the order of ranks, server by server, is as good: servers
/// behind switches or with equal links between all GPUs, and ranks without direct links.
/// The search looks at servers of up to 16 GPUs and gives up after a fixed number of steps.
std::vector<Rank> fast_ring(const Topology& topology);

}  // namespace commsim
