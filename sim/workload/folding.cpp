#include "sim/workload/folding.hpp"

#include <algorithm>

namespace commsim {
namespace {

// Whether there is more to simulate than to search.
bool is_worth_folding(const Topology& topology, const Program& program) {
  std::int64_t messages = 0;
  Step step;
  step.ignore_data();
  for (int lane = 0; lane < program.lanes(); ++lane) {
    const std::int64_t steps = program.steps(0, lane);
    if (steps == 0) continue;
    step.clear();
    program.step(0, lane, 0, step);
    messages += steps * std::max<std::int64_t>(1, static_cast<std::int64_t>(step.sends().size()));
  }
  // A search looks at every link a few times, a message costs as much as a few links.
  return messages * program.participants() > static_cast<std::int64_t>(topology.links().size());
}

LinkId refuse_to_choose(const RoutingChoice& /*choice*/) { throw CannotFold(); }

}  // namespace

bool may_fold(const Topology& topology, const Program& program, const RoutingPolicy& routing,
              std::int64_t connections) {
  const bool alike = routing.symmetric || routing.choose != nullptr;
  const bool several = routing.connects && connections > 1;
  return alike && !several && !routing.adaptive && program.participants() == topology.rank_count();
}

RoutingPolicy without_choice(const RoutingPolicy& policy) {
  RoutingPolicy result = policy;
  if (result.choose != nullptr) result.choose = refuse_to_choose;
  return result;
}

SimulationOutcome simulate_folded(const NetworkModel& network, const SimulationInput& input,
                                  FoldMemo& memo) {
  if (input.watch == Watch::kTimeline ||
      !may_fold(input.topology, input.program, input.routing, input.connections) ||
      !is_worth_folding(input.topology, input.program)) {
    return network.simulate(input);
  }
  const Fold* fold = memo.find(input.topology, input.program);
  if (fold == nullptr) return network.simulate(input);
  const RoutingPolicy routing = without_choice(input.routing);
  try {
    return network.simulate({.topology = input.topology,
                             .program = input.program,
                             .routing = routing,
                             .seed = input.seed,
                             .switching = input.switching,
                             .watch = input.watch,
                             .endpoints = input.endpoints,
                             .connections = input.connections,
                             .static_routes = input.static_routes,
                             .limits = input.limits,
                             .method = input.method,
                             .fold = fold});
  } catch (const CannotFold&) {
    return network.simulate(input);
  }
}

}  // namespace commsim
