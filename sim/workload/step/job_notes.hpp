// What a user may not have meant in a training job, said in one line each.
#pragma once

#include <string>
#include <vector>

#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// Notes on GPUs that compute in servers which hold GPUs of another generation, as far as both are
/// known: the links are then those of one and the computing that of the other; on steps that are
/// known to come out too fast; on physics that nobody asked for; on overlap that cannot be; and on
/// links to which no physics was fitted. REQUIRES: the job is legal. O(ranks).
std::vector<std::string> notes_on(const TrainingJob& job);

}  // namespace commsim
