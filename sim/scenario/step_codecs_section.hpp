// What travels encoded in a training step: `compression:` and `training.compression:`.
#pragma once

#include "core/config_reader.hpp"
#include "sim/scenario/compression_section.hpp"
#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// Reads the codec of gradients from `root`, and those of all else, by what it is for, from
/// `section`, the training section. Sets job.choices.codecs; the rest of the job must have been
/// read.
void read_step_codecs(ConfigReader& root, ConfigReader& section, CompressionSection& codecs,
                      const Profile* profile, TrainingJob& job);

}  // namespace commsim
