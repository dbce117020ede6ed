// A minimum spanning tree of the ranks.
#pragma once

#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// The parent of each rank, -1 for rank 0, the root, in a tree of least weight among all trees
/// whose edges are least-cost routes between ranks; a link costs T = L / B + D for `message` bytes.
/// Each way between two ranks counts; the dearer one is taken. Of equal trees the one that prefers
/// low ranks. O(links log links): only routes that cross from the surroundings of one rank to those
/// of another can matter (Mehlhorn, "A faster approximation algorithm for the Steiner problem in
/// graphs", Information Processing Letters 27, 1988).
std::vector<Rank> spanning_tree(const Topology& topology, Bytes message = 1_MiB);

}  // namespace commsim
