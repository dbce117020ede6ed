// Simulated beside measured times.
#pragma once

#include <vector>

#include "calibrate/validation.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

/// What each point of the scenario predicts for every size of the run; points that differ in size
/// alone count as one. Points of another collective, number of ranks or of servers are passed over.
/// Throws RequestError if none is left.
std::vector<Validation> validate_scenario(const ScenarioSet& set, const MeasuredRun& run);

}  // namespace commsim
