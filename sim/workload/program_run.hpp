// Any program on a run's cluster.
#pragma once

#include "sim/network/network_model.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim {

/// Simulates the program by the run's network, routing and limits; one rank stands for all that are
/// interchangeable with it, if the run allows. The run's algorithm and call do not matter.
SimulationOutcome simulate_program(const CollectiveRun& run, const Program& program, Watch watch);

}  // namespace commsim
