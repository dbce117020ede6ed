// One result explained: where its time went, what bounds it, what would make it shorter.
#pragma once

#include <ostream>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Simulates the point, its variations and the other algorithms, and writes what comes out.
void explain(std::ostream& out, const ScenarioPoint& asked);

}  // namespace commsim
