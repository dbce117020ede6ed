// A run as a drawing: the cluster with each link coloured by how busy it was.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace commsim {

/// The drawing in the DOT language. A link's load is the time that its bytes take at its bandwidth,
/// as a part of the time of the run.
std::string load_picture(const ScenarioPoint& point, const CollectiveResult& result);

}  // namespace commsim
