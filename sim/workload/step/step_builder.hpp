// From what stages do to the graph of a step.
#pragma once

#include "sim/workload/step/data_tasks.hpp"

namespace commsim {

/// What a step is built of. The references outlive the call.
struct StepParts {
  const std::vector<StageUnits>& stages;
  const Parallelism& parallelism;
  const StepChoices& choices;
  const CallPricing& price;
  /// How long the optimizer takes on that many parameters.
  const std::function<Duration(std::int64_t parameters)>& optimizer;
};

/// Every stage does its passes in the order of the pipeline schedule; what a pass needs from
/// another stage, from replicas or from tensor, context and expert ranks is a task before it.
/// Where nothing overlaps with it, a pass of a whole chunk is one task of computing.
/// O(passes * layers at worst).
StepGraph build_step(const StepParts& parts);

}  // namespace commsim
