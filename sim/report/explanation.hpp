// One result explained: where its time went, what bounds it, what would make it shorter.
#pragma once

#include <ostream>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Simulates the point, its variations and the other algorithms, and writes what comes out.
void explain(std::ostream& out, const ScenarioPoint& asked);

/// The record of the point on one line of JSON, with "break_even" if its data are compressed.
void explain_json(std::ostream& out, const ScenarioPoint& asked);

}  // namespace commsim
