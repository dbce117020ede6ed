// The step of a job whose replicas need not be alike.
#pragma once

#include <vector>

#include "sim/workload/step/fleet_stages.hpp"
#include "sim/workload/step/step_calls.hpp"
#include "sim/workload/step/step_simulation.hpp"

namespace commsim {

/// Who does what in a step; the job outlives it.
class JobParts {
 public:
  /// The degrees have been validated.
  explicit JobParts(const TrainingJob& job);

  [[nodiscard]] const TrainingJob& job() const { return job_; }
  [[nodiscard]] const ReplicaClasses& replicas() const { return replicas_; }
  [[nodiscard]] const FleetStages& fleet() const { return fleet_; }
  /// By class of replicas.
  [[nodiscard]] const std::vector<StageUnits>& stages(std::size_t replica_class) const {
    return stages_[replica_class];
  }
  /// Of the GPUs that make that call together, where a stage of replicas of that class does: those
  /// of the stage of one replica, or of all replicas where they meet; calls between stages are of
  /// all.
  [[nodiscard]] const GpuTypes& types(std::size_t replica_class, std::int64_t stage,
                                      const TrafficItem& call) const;

 private:
  const TrainingJob& job_;
  ReplicaClasses replicas_;
  FleetStages fleet_;
  std::vector<std::vector<StageUnits>> stages_;
  std::vector<GpuTypes> of_stages_;  // of all replicas
  GpuTypes of_all_;
};

/// A graph, and for each class of replicas what it does otherwise.
struct JobStep {
  StepGraph graph;
  std::vector<ReplicaWork> work;  ///< by class
};

/// Builds the graph for the first class; the others have the same tasks, and other times.
/// O(classes * tasks).
JobStep build_job_step(const JobParts& parts, StepCalls& calls);

/// One replica of each class: those of a class do the same at the same time.
StepConditions one_of_each(const JobParts& parts, const JobStep& step);
/// All replicas, as jitter wants them, which makes each different.
StepConditions all_replicas(const JobParts& parts, const JobStep& step);

}  // namespace commsim
