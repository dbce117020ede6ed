// What would make a training step shorter.
#pragma once

#include <vector>

#include "sim/workload/sensitivity.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// The step again with a tenth more of one thing at a time: rate of products, bandwidth of memory,
/// and of each class of links bandwidth, and a tenth less latency; shortest first. Throws as
/// run_training.
std::vector<Alternative> better_parts(const TrainingJob& job);

}  // namespace commsim
