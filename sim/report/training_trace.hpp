// A training step as a picture: the Trace Event Format that Perfetto and chrome://tracing read.
#pragma once

#include <ostream>

#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// A process for each stage of the pipeline, a thread for each of its streams, a slice for each
/// task.
void write_training_trace(std::ostream& out, const std::string& title,
                          const TrainingTimeline& timeline);

}  // namespace commsim
