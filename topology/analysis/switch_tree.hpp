// Trees of switches above ranks, as networks that reduce build them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// Parents stand before children, the root first. Every rank that was asked for hangs on exactly
/// one node.
struct SwitchTree {
  struct Node {
    DeviceId device = 0;
    int parent = -1;          ///< index in nodes; -1 for the root
    std::vector<Rank> ranks;  ///< directly below
  };
  std::vector<Node> nodes;
};

/// A tree of the fewest links from switches to all of `ranks`. The root is a switch in the middle
/// between the first rank and the one farthest from it; where several are as good, `turn` picks
/// one, so that trees with different turns spread over the network. Only switches of no server
/// count. Nodes below which there is nothing to combine are left out. Empty if some rank has no way
/// to the root that avoids GPUs, or there is no switch. O(links). Source: Graham et al., "Scalable
/// hierarchical aggregation protocol (SHArP)", COM-HPC 2016.
SwitchTree switch_tree(const Topology& topology, std::span<const Rank> ranks, std::size_t turn);

/// A switch of the server that reduces and has a link to and from every one of `ranks`, or nothing.
std::optional<DeviceId> common_switch(const Topology& topology, std::span<const Rank> ranks);

}  // namespace commsim
