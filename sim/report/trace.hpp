// A run as a picture: the Trace Event Format that Perfetto and chrome://tracing read.
#pragma once

#include <filesystem>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Writes every message of result.timeline, a row for each receiving rank, to a file that is either
/// the old one or complete. Throws MachineError if it cannot be written.
void write_trace(const std::filesystem::path& file, const ScenarioPoint& point,
                 const CollectiveResult& result);

}  // namespace commsim
