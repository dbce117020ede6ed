// The `parallel:` part of a training section.
#pragma once

#include "core/config_reader.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// Degrees, their order, and what they bring with them.
void read_parallelism(ConfigReader& section, TrainingJob& job);

}  // namespace commsim
