// The extension point for network models: one file turns messages on routes into times of arrival.
#pragma once

#include <string_view>

#include "core/registry.hpp"
#include "sim/engine/engine.hpp"

namespace commsim {

struct NetworkModel {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  /// Whether links are shared, so that no result may beat its bound.
  bool contention = true;
  /// Whether it can split a message over several routes at once.
  bool spreads = false;
  /// Simulates to the end; throws RequestError for a program that deadlocks.
  SimulationOutcome (*simulate)(const SimulationInput& input) = nullptr;
};

/// Throws RequestError, naming what is legal, where the policy splits messages and the model
/// cannot.
void refuse_spread_routes(const NetworkModel& model, const RoutingPolicy& policy,
                          std::int64_t connections);

/// Runs the engine with `network` and the observer that `input.watch` names.
template <typename Network>
SimulationOutcome simulate_with(const SimulationInput& input, Network network) {
  if (input.watch == Watch::kNothing) {
    return Engine<Network, NoObserver>(input, std::move(network), {}).run();
  }
  if (input.watch == Watch::kLinks) {
    return Engine<Network, LinkTotals>(input, std::move(network), {}).run();
  }
  std::vector<TimelineEntry> entries;
  SimulationOutcome outcome =
      Engine<Network, Timeline>(input, std::move(network), {.entries = &entries}).run();
  outcome.timeline = std::move(entries);
  return outcome;
}

}  // namespace commsim
