// The `collective:` section of a scenario.
#pragma once

#include "core/config_reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim {

/// Fills in the call and the algorithm. `layout` is nullptr when the topology is wrong; then only
/// what does not depend on it is checked.
void read_collective(ConfigReader& root, const RankLayout* layout, ScenarioPoint& point);

}  // namespace commsim
