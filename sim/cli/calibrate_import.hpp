// `commsim calibrate import`: what benchmarks printed, as a profile.
#pragma once

#include <string>
#include <vector>

#include "calibrate/measurements.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

void add_calibrate_import(CommandOptions& command);

/// Fits the measurements, with sentences on standard error, and writes the profile to the file
/// `output`, or to standard output if that is empty. Throws RequestError for what cannot be fitted.
void write_profile(std::vector<Measurements> all, const std::string& name,
                   const std::string& output);

}  // namespace commsim
