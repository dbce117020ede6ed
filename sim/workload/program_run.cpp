#include "sim/workload/program_run.hpp"

#include "sim/workload/folding.hpp"

namespace commsim {

SimulationInput simulation_input(const CollectiveRun& run, const Topology& topology,
                                 const Program& program, Watch watch) {
  return {.topology = topology,
          .program = program,
          .routing = *run.routing,
          .seed = run.seed,
          .switching = run.switching,
          .watch = watch,
          .endpoints = run.cluster->endpoints,
          .connections = run.connections,
          .static_routes = run.static_routes,
          .limits = run.limits};
}

SimulationOutcome simulate_program(const CollectiveRun& run, const Program& program, Watch watch) {
  const SimulationInput input = simulation_input(run, run.cluster->topology, program, watch);
  return run.fold ? simulate_folded(*run.network, input, *run.cluster->folds)
                  : run.network->simulate(input);
}

}  // namespace commsim
