// What the stages of a replica do, on the GPUs that it has.
#pragma once

#include <vector>

#include "sim/workload/step/stage_units.hpp"
#include "sim/workload/step/training_job.hpp"
#include "sim/workload/training/optimizer_passes.hpp"
#include "sim/workload/training/replica_classes.hpp"

namespace commsim {

/// Stages of replicas on whatever GPUs. Those that work on a stage together wait for each other in
/// every layer, so that each pass of a layer takes as long as on the slowest of them. The job
/// outlives it.
class FleetStages {
 public:
  /// The degrees have been validated. O(types * layers).
  explicit FleetStages(const TrainingJob& job);

  /// O(layers * types).
  [[nodiscard]] std::vector<StageUnits> of(const ReplicaClass& replica) const;
  /// The optimizer's passes over parameters of a rank on that stage.
  [[nodiscard]] Duration optimizer(const ReplicaClass& replica, std::int64_t stage,
                                   const StepParameters& parameters) const;

 private:
  const TrainingJob& job_;
  std::vector<std::vector<StageUnits>> by_type_;
};

/// Of each stage the GPU with least memory.
std::vector<const Gpu*> smallest_gpus(const TrainingJob& job, const ReplicaClasses& replicas);

/// What a replica computes in one micro-batch, by stage: forward and backward passes.
std::vector<Duration> pass_times(const std::vector<StageUnits>& stages);

}  // namespace commsim
