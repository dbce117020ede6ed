// A collective simulated on links as a fitted Physics says they are: the simulator in the loop of
// the fit, and the prediction from what was fitted.
#pragma once

#include <string>
#include <vector>

#include "calibrate/physics/physics.hpp"
#include "sim/workload/collective_run.hpp"
#include "sim/workload/physics_ways.hpp"

namespace commsim {

struct PhysicsTime {
  Duration time{0};
  std::size_t way = 0;  ///< index into PhysicsRuns::ways()
};

/// The ways in which NCCL would do one collective on one cluster (physics_ways()), and what each
/// takes. The library is taken to choose the fastest.
class PhysicsRuns {
 public:
  /// `run` says cluster, network, routing and call; its algorithm is not used. With `only`, the
  /// ways of that algorithm. Throws RequestError if none is left, or for a barrier.
  PhysicsRuns(const CollectiveRun& run, const Physics& physics, const std::string& only = {});

  [[nodiscard]] const std::vector<PhysicsWay>& ways() const { return ways_; }

  /// Simulates one way: `launch`, what its protocol takes to start, the messages on its links, and
  /// in a ring the copy of a shard. Of a long pipeline the
  /// beginning is simulated; every further piece takes as long as the last of those.
  [[nodiscard]] Duration time(const Physics& physics, Bytes size, std::size_t way) const;
  [[nodiscard]] PhysicsTime fastest(const Physics& physics, Bytes size) const;

  /// The run of one way on the links of its protocol; `cluster` must outlive it.
  [[nodiscard]] Cluster cluster_for(const Physics& physics, std::size_t way) const;
  [[nodiscard]] CollectiveRun run_on(const Cluster& cluster, const Physics& physics, Bytes size,
                                     std::size_t way) const;
  /// What an empty vector takes after it has started.
  [[nodiscard]] Duration latency(const Physics& physics, std::size_t way) const;
  /// What time() adds to the simulated messages.
  [[nodiscard]] Duration overhead(const Physics& physics, Bytes size, std::size_t way) const;

 private:
  [[nodiscard]] Topology links_of(const Physics& physics, std::size_t way, bool with_latency) const;
  // What the bytes take on links without latency.
  [[nodiscard]] Duration transfer(const Physics& physics, Bytes size, std::size_t way) const;
  [[nodiscard]] Duration simulated(const Topology& topology, const CollectiveCall& call,
                                   std::size_t way) const;
  // What no simulation of this way can beat.
  [[nodiscard]] double least_seconds(const Physics& physics, Bytes size, std::size_t way) const;
  [[nodiscard]] CollectiveCall call_of(const Physics& physics, Bytes size, std::size_t way) const;

  CollectiveRun run_;
  bool pcie_limits_;
  std::vector<PhysicsWay> ways_;
};

}  // namespace commsim
