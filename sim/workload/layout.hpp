// What algorithms may know about a topology.
#pragma once

#include <vector>

#include "collectives/rank_layout.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// A layout, and the device of each of its participants: ranks, then helpers.
struct LayoutOnTopology {
  RankLayout layout;
  std::vector<DeviceId> endpoints;
};

/// Servers and pods from Device::server and Device::pod; a GPU of no server is one by itself, and a
/// server is in a pod if all its ranks are. A server has as many rails as it has NICs, and at least
/// one. Rings, trees and switches that reduce are worked out for up to kMostSearchedRanks ranks.
/// A switch that reduces is one of Device::reduces; any host that shares no server with a GPU may
/// serve parameters.
LayoutOnTopology layout_of(const Topology& topology);

constexpr Rank kMostSearchedRanks = 1 << 15;

}  // namespace commsim
