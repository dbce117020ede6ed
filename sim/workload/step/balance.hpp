// Unequal parts of a model and of its batch for GPUs that are not equally fast.
#pragma once

#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// The job with what it leaves to be balanced: first layers, then micro-batches. Throws
/// RequestError.
void balance(TrainingJob& job);

}  // namespace commsim
