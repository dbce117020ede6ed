// What would make a run shorter: the same run again on changed links, and done
// in other ways.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/workload/collective_run.hpp"

namespace commsim {

/// A change and the time that the run then takes.
struct Alternative {
  std::string change;
  Duration time{0};
};

/// One tenth more bandwidth, and one tenth less latency, for each class of links in turn, and what
/// `time_on` then says.
std::vector<Alternative> better_links(const Topology& topology,
                                      const std::function<Duration(Topology)>& time_on);
std::vector<Alternative> better_links(const CollectiveRun& run);

/// Every other routing policy, with the same seed; those that refuse are left out, and so are
/// tables of routes that nobody has written.
std::vector<Alternative> other_routes(const CollectiveRun& run);

/// Every other algorithm of the collective with its default parameters, fastest first; those that
/// refuse the cluster, or need a file, are left out.
std::vector<Alternative> other_algorithms(const CollectiveRun& run);

/// Rings in the other order (`order`: topology or plain); nothing for other algorithms.
std::vector<Alternative> other_ring_orders(const CollectiveRun& run);

/// As many ranks placed in each of the rank_orders() that is another, random with seed 1.
std::vector<Alternative> other_placements(const CollectiveRun& run);

}  // namespace commsim
