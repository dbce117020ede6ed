// A run as a picture: the Trace Event Format that Perfetto and chrome://tracing read.
#pragma once

#include <ostream>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Writes every message of result.timeline: a process for each receiving rank, and in it as many
/// tracks as messages overlap.
void write_trace(std::ostream& out, const ScenarioPoint& point, const CollectiveResult& result);

}  // namespace commsim
