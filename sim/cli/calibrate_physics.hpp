#pragma once

#include "sim/cli/command_options.hpp"

namespace commsim {

/// `commsim calibrate physics`: fits the physics of a library to tables of several systems at once.
void add_calibrate_physics(CommandOptions& command);

}  // namespace commsim
