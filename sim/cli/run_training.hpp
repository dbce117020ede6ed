// `commsim run` of files with a section `training`.
#pragma once

#include <vector>

#include "sim/cli/exit_code.hpp"
#include "sim/cli/ranks.hpp"
#include "sim/cli/run_request.hpp"
#include "sim/scenario/training_set.hpp"

namespace commsim {

/// Simulates, reports, and says how it went, in each of the processes that share it. Throws
/// RequestError for options that are not for training steps.
ExitCode run_training_files(const RunRequest& options, const RunLimits& limits, const Ranks& ranks);

}  // namespace commsim
