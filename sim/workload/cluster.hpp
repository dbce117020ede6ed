// A topology with what every run on it needs to know, computed once and shared by a whole sweep.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "collectives/rank_layout.hpp"
#include "sim/workload/fold_memo.hpp"
#include "sim/workload/lone_ranks.hpp"
#include "topology/analysis/worst_cuts.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Least cuts are worked out for up to so many ranks.
constexpr Rank kMostCutRanks = 1 << 14;

struct Cluster {
  Topology topology;
  RankLayout layout;
  std::vector<DeviceId> endpoints;  ///< the device of each participant: ranks, then helpers
  LoneRanks alone;                  ///< every rank by itself
  std::vector<RankCut> servers;  ///< every server, and ranks of none; empty if nothing is divided
  /// The first half of the ranks; its edge is the least cut (max-flow), or that of the servers of
  /// that half where there are more than kMostCutRanks ranks.
  RankCut half;
  std::vector<RankCut> worst_cuts;  ///< of small graphs, by maximum flows
  Duration latency_diameter{0};     ///< the longest of the least latencies between two ranks
  /// What simulations have found out about interchangeable ranks, for those to come.
  std::unique_ptr<FoldMemo> folds = std::make_unique<FoldMemo>();
};

/// Cuts depend on bandwidths alone: where `alike` has the same devices and links but for their
/// latencies, its cuts are taken over, which saves the maximum flows.
Cluster make_cluster(Topology topology, const Cluster* alike = nullptr);

}  // namespace commsim
