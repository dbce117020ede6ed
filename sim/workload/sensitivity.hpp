// What would make a run shorter: the same run again on changed links, and with other algorithms.
#pragma once

#include <string>
#include <vector>

#include "sim/workload/collective_run.hpp"

namespace commsim {

/// A change and the time that the run then takes.
struct Alternative {
  std::string change;
  Duration time{0};
};

/// One tenth more bandwidth, and one tenth less latency, for each class of links in turn.
std::vector<Alternative> better_links(const CollectiveRun& run);

/// Every other routing policy, with the same seed.
std::vector<Alternative> other_routes(const CollectiveRun& run);

/// Every other algorithm of the collective with its default parameters, fastest first; those that
/// refuse the cluster are left out.
std::vector<Alternative> other_algorithms(const CollectiveRun& run);

}  // namespace commsim
