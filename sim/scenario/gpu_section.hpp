// Which GPUs a training job has, and how well they compute.
#pragma once

#include "core/config_reader.hpp"
#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// Reads `gpu`, or `gpus` with their counts in the order of the topology's GPUs, and `efficiency`
/// of all of them or of a group. The precision must have been read.
void read_gpus(ConfigReader& section, TrainingJob& job);

/// Reports groups that hold neither as many GPUs as the degrees take nor as many as the topology
/// has. The degrees must have been read.
void require_gpus(ConfigReader& section, const TrainingJob& job);

}  // namespace commsim
