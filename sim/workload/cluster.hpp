// A topology with what every run on it needs to know, computed once and shared by a whole sweep.
#pragma once

#include <cstdint>
#include <vector>

#include "collectives/rank_layout.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// A part of the ranks and the links over its edge.
struct Island {
  std::vector<Rank> ranks;
  Int128 bits_in = 0;  ///< per second, over all links into the part
  Int128 bits_out = 0;
};

struct Cluster {
  Topology topology;
  RankLayout layout;
  std::vector<Island> alone;    ///< every rank by itself
  std::vector<Island> servers;  ///< every server, and ranks of none; empty if nothing is divided
  Island half;  ///< the first half of the ranks; its edge is the least cut (max-flow)
  Duration latency_diameter{0};  ///< the longest of the least latencies between two ranks
};

/// Which ranks share a server, from Device::server; a GPU of no server is one by itself. A server
/// has as many rails as it has NICs, and at least one.
RankLayout layout_of(const Topology& topology);

Cluster make_cluster(Topology topology);

}  // namespace commsim
