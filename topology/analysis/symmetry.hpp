// Symmetries of the graph: permutations of ranks under which it looks the same.
#pragma once

#include <optional>
#include <vector>

#include "core/rank_shift.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The image of each link under a symmetry of the graph that carries the device of rank r to that
/// of rank shift(r): kinds of devices, servers as groups, and bandwidth, latency and medium of
/// links agree. Nothing if there is none, or if it is not found: among devices that look alike from
/// the ranks, the first that fits is tried and no other. O(devices + links). REQUIRES: shift.period
/// divides the number of ranks.
std::optional<std::vector<LinkId>> link_images(const Topology& topology, const RankShift& shift);

}  // namespace commsim
