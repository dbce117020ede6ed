// A collective whose time is known from measurements: nothing is simulated.
#pragma once

#include "calibrate/profile.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim {

/// The time of the run's size on the table's curve, where nine of ten times lie, and the bound of
/// the run's topology. There are no messages and no bottleneck. Warns of sizes that were not
/// measured, and of a time below the bound, which tells that the topology is not the measured one.
CollectiveResult fitted_result(const CollectiveRun& run, const ProfileTable& table);

}  // namespace commsim
