// The `version:`, `topology:` and `placement:` keys of a file, and the clusters that come of them.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/config_node.hpp"
#include "core/config_reader.hpp"
#include "sim/workload/cluster.hpp"

namespace commsim {

/// Only version 1 exists; a file must say so.
void read_version(ConfigReader& root);

/// Builds the cluster of each point; points that differ only outside the topology share one.
class TopologySection {
 public:
  /// The clusters go to `home`, where they stay put.
  explicit TopologySection(std::deque<Cluster>& home) : home_(&home) {}

  /// All clusters of a file together have at most this many links and devices; each counts for
  /// kClusterWeight more, so that a sweep of tiny ones is bounded as well.
  static constexpr std::size_t kMostTogether = std::size_t{1} << 25U;
  static constexpr std::size_t kClusterWeight = 1024;

  /// The cluster at this point of the sweep, or nullptr after reporting what is wrong.
  const Cluster* read(ConfigReader& root);

 private:
  std::deque<Cluster>* home_;
  std::size_t together_ = 0;  // weight of all clusters
  std::map<std::string, const Cluster*> known_;
};

/// The topologies of a file that may hold nothing else; other sections are not looked at.
std::deque<Cluster> read_clusters(const ConfigDocument& document);

}  // namespace commsim
