// What a call of groups costs.
#pragma once

#include <string>
#include <vector>

#include "sim/network/network_model.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim {

struct GroupPrice {
  Duration time{0};
  std::string algorithm;
  std::vector<MediumLoad> media;  ///< bytes of all groups together
  std::string bottleneck;         ///< the busiest link
  /// No message took a link outside of a server, so that groups on different servers do not meet.
  bool within_servers = true;
};

/// That of an outcome for which links were watched.
GroupPrice group_price(const Topology& topology, const SimulationOutcome& outcome,
                       std::string algorithm);

}  // namespace commsim
