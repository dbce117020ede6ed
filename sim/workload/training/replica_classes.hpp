// Replicas of a model that do the same in the same time, and what each of their stages runs on.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/gpu_fleet.hpp"
#include "sim/workload/training/parallel_grid.hpp"

namespace commsim {

/// Types of GPUs that wait for each other in every layer, ascending: indices into
/// GpuFleet::types().
using GpuTypes = std::vector<std::size_t>;

struct ReplicaClass {
  std::vector<GpuTypes> stages;    ///< by stage of the pipeline
  std::int64_t micro_batches = 1;  ///< of a step
  std::int64_t replicas = 0;       ///< how many there are
};

struct ReplicaClasses {
  std::vector<ReplicaClass> classes;    ///< by their first replicas
  std::vector<std::size_t> of_replica;  ///< by data rank
};

/// The GPUs of one stage of one replica are those of its tensor and context ranks, and of the ranks
/// that hold its other experts: they wait for each other in every layer. The degrees have been
/// validated, and the fleet has as many ranks. O(ranks).
ReplicaClasses replica_classes(const GpuFleet& fleet, const Parallelism& parallelism,
                               const AxisOrder& order);

}  // namespace commsim
