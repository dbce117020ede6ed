// The `network:` section of a scenario.
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "core/config_reader.hpp"
#include "sim/workload/collective_run.hpp"
#include "topology/routing/static_routes.hpp"

namespace commsim {

/// Reads the network of each point; points of one cluster share their table of routes.
class NetworkSection {
 public:
  /// The tables go to `home`, where they stay put.
  explicit NetworkSection(std::deque<StaticRoutes>& home) : home_(&home) {}

  /// Fills in model, routing and what they take. run.cluster is nullptr when the topology is wrong;
  /// then only what does not depend on it is checked.
  void read(ConfigReader& root, CollectiveRun& run);

 private:
  void read_routing(ConfigReader& section, CollectiveRun& run);
  const StaticRoutes* table(ConfigReader& section, const Cluster* cluster);

  std::deque<StaticRoutes>* home_;
  std::map<std::pair<const ConfigNode*, const Cluster*>, const StaticRoutes*> known_;
};

}  // namespace commsim
