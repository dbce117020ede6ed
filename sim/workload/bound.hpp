// No schedule can be faster than its bound: what must cross a cut takes its time on the links of
// the cut, and what must reach the farthest rank takes the latencies of the way.
#pragma once

#include <string>

#include "collectives/algorithm.hpp"
#include "sim/workload/cluster.hpp"

namespace commsim {

struct LowerBound {
  Duration time{0};  ///< the larger of the two, rounded down
  Duration bandwidth{0};
  Duration latency{0};
  std::string reason;  ///< what decides, in words
};

/// The bound of a collective on a cluster. The cuts that are looked at: every rank by itself, every
/// server, the first half of the ranks, the worst cuts of small graphs (worst_cuts.hpp); and all
/// ranks (all servers) against each other.
/// Source: Patarasuk and Yuan, JPDC 2009; Chan et al., Collective communication, CCPE 2007.
/// Where helpers combine data on the way, each rank sends and receives S once, and no more is known
/// of all of them together.
LowerBound lower_bound(const Cluster& cluster, const CollectiveCall& call,
                       bool helpers_combine = false);

/// The bound of a program taken by itself (for send_recv, where nothing else says what must be
/// sent): what its busiest rank sends or receives, and the least latency of its farthest message
/// (of the first kMostExactRanks senders; fewer messages still give a bound).
LowerBound traffic_bound(const Cluster& cluster, const Program& program);

}  // namespace commsim
