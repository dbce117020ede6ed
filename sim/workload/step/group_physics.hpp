// How long groups take for a call by the physics of a library: NCCL's ways of doing it, simulated
// on the links that each way's protocol makes of the topology's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "core/seconds.hpp"
#include "sim/workload/physics_ways.hpp"
#include "sim/workload/step/group_calls.hpp"
#include "sim/workload/step/group_price.hpp"

namespace commsim {

/// The links of one cluster by one physics, which are made once for each way. Any thread may ask.
class GroupPhysics {
 public:
  /// Of `network` cluster, model and routes count; it and the physics outlive this.
  GroupPhysics(CollectiveRun network, const Physics& physics)
      : network_(std::move(network)), physics_(&physics) {}

  /// The time of the fastest way, as PhysicsRuns has it for all ranks of a cluster; what goes over
  /// which links is that of its schedule on the links as they are. Throws RequestError if the
  /// physics knows no way for such a call.
  GroupPrice price(const GroupCall& groups);

 private:
  struct Links {
    explicit Links(Topology changed) : topology(std::move(changed)) {}
    Topology topology;
    FoldMemo folds;
  };
  struct Candidate {
    PhysicsWay way;
    Duration fixed{0};          // what it takes for no bytes
    double least_transfer = 0;  // seconds that its bytes take at least

    [[nodiscard]] double least() const { return seconds(fixed) + least_transfer; }
  };
  using LinksKey = std::tuple<std::size_t, bool, bool>;  // protocol, a tree, with latency
  using LatencyKey = std::tuple<std::uint64_t, CollectiveKind, std::size_t, std::string>;

  [[nodiscard]] double least_part(const PhysicsWay& way) const;
  // Seconds that all links between servers together need at least for the bytes of trees.
  [[nodiscard]] double least_between_servers(const GroupCall& groups, const CollectiveCall& call,
                                             const PhysicsWay& way) const;
  Duration latency(const GroupCall& groups, CollectiveCall call, const PhysicsWay& way);
  Duration transfer(const GroupCall& groups, const CollectiveCall& call, const PhysicsWay& way);
  Links& links(const PhysicsWay& way, bool with_latency);
  Links& full_rate();
  SimulationOutcome simulated(const GroupCall& groups, const CollectiveCall& call,
                              const std::string& algorithm, Links& links, Watch watch) const;

  CollectiveRun network_;
  const Physics* physics_;
  std::mutex mutex_;
  std::map<LinksKey, std::unique_ptr<Links>> links_;
  std::unique_ptr<Links> full_rate_;
  std::map<LatencyKey, Duration> latencies_;
};

}  // namespace commsim
