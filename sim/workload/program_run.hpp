// Any program on a run's cluster.
#pragma once

#include "sim/network/network_model.hpp"
#include "sim/workload/collective_run.hpp"

namespace commsim {

/// The program by the run's routing and limits, on links that may be others than its cluster's, but
/// between the same devices. All that it names must outlive it.
SimulationInput simulation_input(const CollectiveRun& run, const Topology& topology,
                                 const Program& program, Watch watch);

/// Simulates the program by the run's network, routing and limits; one rank stands for all that are
/// interchangeable with it, if the run allows. The run's algorithm and call do not matter.
SimulationOutcome simulate_program(const CollectiveRun& run, const Program& program, Watch watch);

}  // namespace commsim
