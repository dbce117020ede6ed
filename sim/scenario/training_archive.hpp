// Results of training steps as bytes, for other processes of the same program.
#pragma once

#include <string>

#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// All that reports show of a result, exactly: numbers come back to the last bit.
std::string packed(const TrainingResult& result);
/// What packed() made.
TrainingResult unpacked_step(const std::string& bytes);

}  // namespace commsim
