// Runs in which one rank stands for all that are interchangeable.
#pragma once

#include "sim/network/network_model.hpp"
#include "sim/workload/fold_memo.hpp"

namespace commsim {

/// Whether ranks may stand for others at all: not if the program has helpers, nor if the policy may
/// route alike pairs differently.
bool may_fold(const Topology& topology, const Program& program, const RoutingPolicy& routing,
              std::int64_t connections);

/// A policy for folded runs: where `policy` would choose among several next links, which of them it
/// takes depends on their numbers, and the run ends with CannotFold.
RoutingPolicy without_choice(const RoutingPolicy& policy);

/// Simulates one of all ranks that are interchangeable, if there are such and if so much is to be
/// simulated that looking for them is worth it; else all ranks. The outcome is the same but for
/// `classes`. A timeline shows every rank. `memo` is of the input's topology.
SimulationOutcome simulate_folded(const NetworkModel& network, const SimulationInput& input,
                                  FoldMemo& memo);

}  // namespace commsim
