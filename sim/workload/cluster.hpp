// A topology with what every run on it needs to know, computed once and shared by a whole sweep.
#pragma once

#include <cstdint>
#include <vector>

#include "collectives/rank_layout.hpp"
#include "topology/analysis/worst_cuts.hpp"
#include "topology/topology.hpp"

namespace commsim {

struct Cluster {
  Topology topology;
  RankLayout layout;
  std::vector<DeviceId> endpoints;  ///< the device of each participant: ranks, then helpers
  std::vector<RankCut> alone;       ///< every rank by itself
  std::vector<RankCut> servers;  ///< every server, and ranks of none; empty if nothing is divided
  RankCut half;  ///< the first half of the ranks; its edge is the least cut (max-flow)
  std::vector<RankCut> worst_cuts;  ///< of small graphs, by maximum flows
  Duration latency_diameter{0};     ///< the longest of the least latencies between two ranks
};

Cluster make_cluster(Topology topology);

}  // namespace commsim
