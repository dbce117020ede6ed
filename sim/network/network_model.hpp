// The extension point for network models: one file turns messages on routes into times of arrival.
#pragma once

#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "core/registry.hpp"
#include "sim/engine/direct_pass.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/lockstep_pass.hpp"

namespace commsim {

struct NetworkModel {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  /// Whether links are shared, so that no result may beat its bound.
  bool contention = true;
  /// Whether it can split a message over several routes at once.
  bool spreads = false;
  /// Simulates to the end; throws RequestError for a program that deadlocks, and CannotFold where
  /// the order of ranks that a fold takes for one decides.
  SimulationOutcome (*simulate)(const SimulationInput& input) = nullptr;
};

/// A folded simulation turns out to need every rank.
class CannotFold : public std::runtime_error {
 public:
  CannotFold() : std::runtime_error("ranks that look alike are not treated alike") {}
};

/// Throws RequestError, naming what is legal, where the policy splits messages and the model
/// cannot.
void refuse_spread_routes(const NetworkModel& model, const RoutingPolicy& policy,
                          std::int64_t connections);

/// For models that cannot tell whether a message is alone.
struct NoWire {};

/// A network says with a member `static constexpr bool kFolds` whether it gives one message the
/// same time as all that a fold takes for one, whatever their order. Without it: no.
template <typename Network>
constexpr bool folds() {
  if constexpr (requires { Network::kFolds; }) return Network::kFolds;
  return false;
}

/// Passes the program in lock step over a wire that can tell of whole rows; nothing where that
/// cannot be done.
template <typename MakeWire>
std::optional<SimulationOutcome> in_lock_step(const SimulationInput& input, MakeWire wire) {
  using Wire = decltype(wire());
  if constexpr (requires { Wire::kHearsDepartures; }) {
    const bool is_possible =
        input.method == Method::kLockstep && input.fold == nullptr && !input.routing.adaptive;
    if (is_possible && tells_runs(input.program)) return LockstepPass<Wire>(input, wire()).run();
  }
  return std::nullopt;
}

/// Passes the program directly over a wire where no message is in the way of another; else runs the
/// engine with a network. Both are made when they are needed. The answer is the same.
template <typename Observer, typename MakeWire, typename MakeNetwork>
SimulationOutcome observed_by(const SimulationInput& input, MakeWire wire, MakeNetwork network) {
  using Wire = decltype(wire());
  using Network = decltype(network());
  if constexpr (!std::is_same_v<Wire, NoWire>) {
    // Of an adaptive policy routes depend on what is on the way.
    if (input.method != Method::kEvents && !input.routing.adaptive) {
      auto outcome = DirectPass<Wire, Observer>(input, wire(), {}).run();
      if (outcome) return *std::move(outcome);
    }
  }
  if (input.fold != nullptr && !folds<Network>()) throw CannotFold();
  return Engine<Network, Observer>(input, network(), {}).run();
}

/// The same with the observer that `input.watch` names; in lock step where that can be done.
template <typename MakeWire, typename MakeNetwork>
SimulationOutcome simulate_with(const SimulationInput& input, MakeWire wire, MakeNetwork network) {
  if (input.watch != Watch::kTimeline) {
    if (auto outcome = in_lock_step(input, wire)) return *std::move(outcome);
  }
  if (input.watch == Watch::kNothing) return observed_by<NoObserver>(input, wire, network);
  if (input.watch == Watch::kLinks) return observed_by<LinkTotals>(input, wire, network);
  std::vector<TimelineEntry> entries;
  SimulationOutcome outcome =
      Engine<decltype(network()), Timeline>(input, network(), {.entries = &entries}).run();
  outcome.timeline = std::move(entries);
  return outcome;
}

/// The same by events alone.
template <typename Network>
SimulationOutcome simulate_with(const SimulationInput& input, Network network) {
  return simulate_with(
      input, [] { return NoWire{}; }, [&] { return std::move(network); });
}

}  // namespace commsim
