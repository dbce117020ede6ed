// The `training:` section of a scenario: what is trained, on what, and how it is divided.
#pragma once

#include "core/config_reader.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// Fills in the job; its network must have been read (its cluster is nullptr when the topology is
/// wrong). A data degree that is not there takes all GPUs of the topology. Whether the degrees
/// divide what they must, and the job fits into memory, is not looked at.
void read_training_section(ConfigReader& section, TrainingJob& job);

}  // namespace commsim
