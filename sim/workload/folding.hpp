// Which ranks of a run are interchangeable, and runs in which one stands for all that are.
#pragma once

#include <optional>

#include "sim/network/network_model.hpp"

namespace commsim {

/// Looks for shifts of the ranks that map the graph and the program onto themselves, the ones that
/// move whole blocks first, and folds by those that it finds. Nothing if there are none, if the
/// program has helpers, or if the policy may route alike pairs differently. O(devices + links) for
/// each shift that is a symmetry, of which there are at most log2(ranks); others fail early.
std::optional<Fold> find_fold(const Topology& topology, const Program& program,
                              const RoutingPolicy& routing, std::int64_t connections);

/// A policy for folded runs: where `policy` would choose among several next links, which of them it
/// takes depends on their numbers, and the run ends with CannotFold.
RoutingPolicy without_choice(const RoutingPolicy& policy);

/// Simulates one of all ranks that are interchangeable, if there are such and if so much is to be
/// simulated that looking for them is worth it; else all ranks. The outcome is the same but for
/// `classes`. A timeline shows every rank.
SimulationOutcome simulate_folded(const NetworkModel& network, const SimulationInput& input);

}  // namespace commsim
