// Clusters some of whose cables are slower than they should be.
#pragma once

#include <vector>

#include "sim/workload/cluster.hpp"
#include "sim/workload/step/jitter.hpp"

namespace commsim {

class SlowCables {
 public:
  /// Both outlive it. Throws RequestError where the topology has no such class of links, or none
  /// outside of servers. O(links log links).
  SlowCables(const Cluster& cluster, const Jitter& jitter);

  /// Links that are slow in that repetition, ascending. Two links between the same devices, one
  /// each way, are a cable.
  [[nodiscard]] std::vector<LinkId> of(std::int64_t repetition) const;
  /// The cluster with these links slow, to price calls on: ranks and their numbering are the same,
  /// and there are no cuts.
  [[nodiscard]] Cluster cluster(const std::vector<LinkId>& slow) const;

 private:
  const Cluster& cluster_;
  const Jitter& jitter_;
  std::vector<std::pair<LinkId, LinkId>> cables_;  // link, and the first link of its cable
};

}  // namespace commsim
