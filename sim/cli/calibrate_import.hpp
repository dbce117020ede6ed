// `commsim calibrate import`: what benchmarks printed, as a profile.
#pragma once

#include <string>
#include <vector>

#include "calibrate/codec_table.hpp"
#include "calibrate/measurements.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

void add_calibrate_import(CommandOptions& command);

/// What becomes one profile.
struct Imported {
  std::vector<Measurements> logs;
  std::vector<CodecTable> codecs;
};

/// Fits the measurements, with sentences on standard error, and writes the profile to the file
/// `output`, or to standard output if that is empty. Throws RequestError for what cannot be fitted
/// and for a codec of two tables.
void write_profile(Imported all, const std::string& name, const std::string& output);

/// The table of a file, whose codecs must be registered. Throws as read_codec_table() does.
CodecTable import_codecs(const TextFile& file);

}  // namespace commsim
