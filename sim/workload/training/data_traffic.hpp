// Gradients and parameters between replicas, for each kind of sharding.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// Replicas of the same parameters.
struct ReplicaGroup {
  GroupKind shard = GroupKind::kShard;           ///< among which ZeRO divides
  GroupKind across = GroupKind::kShardReplicas;  ///< hybrid: that hold the same shard
  std::int64_t shards = 1;
  std::int64_t copies = 1;  ///< hybrid: groups of shards
};

/// Items for that many parameters of a rank; none if there is nothing to send.
std::vector<TrafficItem> data_traffic(std::int64_t parameters, const ReplicaGroup& replicas,
                                      const Parallelism& parallelism);

/// The groups of parameters that all replicas share, and of experts' parameters.
ReplicaGroup common_replicas(const Parallelism& parallelism);
ReplicaGroup expert_replicas(const Parallelism& parallelism);

}  // namespace commsim
