// A file of training steps for commands that simulate them one by one.
#pragma once

#include "sim/scenario/training_set.hpp"

namespace commsim {

/// As read_training; of a plan its one choice, once --set has made one value of each list. Throws
/// RequestError for a plan with several.
TrainingSet read_steps(const ConfigDocument& document, const RunLimits* limits = nullptr);

}  // namespace commsim
