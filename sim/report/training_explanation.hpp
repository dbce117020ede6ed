// One training step explained to programs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "sim/scenario/training_set.hpp"
#include "sim/workload/sensitivity.hpp"

namespace commsim {

/// What `explain` says of a step on one line of JSON: training_record(), and after it "scenario",
/// "gpu_memory" in bytes of the fullest stage's GPU, "links" (bytes and links by medium),
/// "efficiencies" (where those of each type of GPU are from) and "alternatives" with the time that
/// each change leaves, and what part of the step that is more.
void explain_step_json(std::ostream& out, const std::string& scenario, const TrainingPoint& point,
                       const TrainingResult& result, const std::vector<Alternative>& alternatives);

}  // namespace commsim
