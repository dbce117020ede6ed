// The parts of a graph that are hardest to get data into and out of.
#pragma once

#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// A part of the ranks, and what all links into and out of it (and the devices that lie with it)
/// carry.
struct RankCut {
  std::vector<Rank> ranks;
  Int128 bits_in = 0;  ///< per second
  Int128 bits_out = 0;
};

/// Cuts that limit collectives on this graph, by maximum flows:
///  - between rank 0 and each other rank, both ways, the least cut: what limits broadcast from rank
///  0,
///    reduce to it, and all_reduce, whatever is cut off;
///  - the parts A of the ranks R with the least bandwidth into (out of) A for each rank outside it,
///    which limit all_gather (reduce_scatter): found by Newton's method on the ratio, each step one
///    flow from all ranks to each rank (Zhao et al., "ForestColl: throughput-optimal collective
///    communications on heterogeneous network fabrics", 2024).
/// Each cut once. Nothing for one rank, or where ranks x links is more than kMostCutWork.
std::vector<RankCut> worst_cuts(const Topology& topology);

inline constexpr std::size_t kMostCutWork = std::size_t{1} << 15U;

}  // namespace commsim
