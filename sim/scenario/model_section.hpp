// The `model:` of a training section.
#pragma once

#include "core/config_reader.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// A name; or a map of a transformer's sizes, of which `base` names the model that has those that
/// are not there; or a map with `list`: layers by parameters, FLOPs and activations.
void read_model(ConfigReader& section, TrainingJob& job);

}  // namespace commsim
