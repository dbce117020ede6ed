// From what stages do to the graph of a step.
#pragma once

#include "sim/workload/step/data_tasks.hpp"
#include "sim/workload/training/optimizer_passes.hpp"

namespace commsim {

/// What a step is built of. The references outlive the call.
struct StepParts {
  const std::vector<StageUnits>& stages;
  const Parallelism& parallelism;
  const StepChoices& choices;
  const CallPricing& price;
  /// How long the optimizer takes on a rank of a stage.
  const std::function<Duration(std::int64_t stage, const StepParameters& parameters)>& optimizer;
};

/// Every stage does its passes in the order of the pipeline schedule; what a pass needs from
/// another stage, from replicas or from tensor, context and expert ranks is a task before it.
/// Where nothing overlaps with it, a pass of a whole chunk is one task of computing. What tasks
/// there are and how they depend on each other does not depend on what computing takes. Of unequal
/// shares the graph is that of a replica with the most micro-batches; one with fewer leaves out the
/// first ones (ReplicaWork), which leaves it the schedule of the number that it has.
/// O(passes * layers at worst).
StepGraph build_step(const StepParts& parts);

}  // namespace commsim
