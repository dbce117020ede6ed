// `commsim calibrate gpu`: builds the probe, runs it, and makes a profile of the collectives that
// it measured.
#pragma once

#include "sim/cli/command_options.hpp"

namespace commsim {

void add_calibrate_gpu(CommandOptions& command);

}  // namespace commsim
