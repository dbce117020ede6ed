// What a simulation is given and what it returns, whatever the network model.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collectives/program.hpp"
#include "sim/engine/fold.hpp"
#include "sim/engine/observer.hpp"
#include "sim/engine/run_limits.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// How link_fifo moves a message of several links.
enum class Switching : std::uint8_t { kCutThrough, kStoreAndForward };

/// How much is watched.
enum class Watch : std::uint8_t { kNothing, kLinks, kTimeline };

/// How a simulation finds the times of messages; the answer is the same.
enum class Method : std::uint8_t {
  kLockstep,  ///< ring by ring, of programs that are rings in lock step; else directly
  kDirect,    ///< directly, where no message is in the way of another; else by events
  kEvents,    ///< by a queue of events in the order of time
};

/// "lockstep", "direct", "events".
constexpr std::string_view name_of(Method method) {
  if (method == Method::kLockstep) return "lockstep";
  return method == Method::kDirect ? "direct" : "events";
}

struct SimulationInput {
  const Topology& topology;
  const Program& program;
  const RoutingPolicy& routing;
  std::uint64_t seed = 1;
  Switching switching = Switching::kCutThrough;
  Watch watch = Watch::kLinks;
  /// The device of each participant of the program: the ranks', then those of helpers. Empty: the
  /// topology's ranks.
  std::span<const DeviceId> endpoints = {};
  std::int64_t connections = 1;                 ///< RoutingSettings::connections
  const StaticRoutes* static_routes = nullptr;  ///< RoutingSettings::table
  const RunLimits* limits = nullptr;            ///< nullptr: none
  Method method = Method::kLockstep;            ///< the first one to try
  const Fold* fold = nullptr;  ///< of a program without helpers; nullptr: each rank for itself

  [[nodiscard]] std::span<const DeviceId> participants() const {
    return endpoints.empty() ? topology.ranks() : endpoints;
  }
  [[nodiscard]] RoutingSettings settings() const {
    return {.seed = seed, .connections = connections, .table = static_routes};
  }
};

struct SimulationOutcome {
  Duration time{0};        ///< until the last lane of the last participant has ended
  PathCost critical_path;  ///< of that lane; the rest of `time` is waiting
  std::int64_t messages = 0;
  std::int64_t events = 0;  ///< that a queue of events has of it, whether there was one or not
  Method method = Method::kEvents;      ///< how it was found
  std::int64_t classes = 0;             ///< of ranks that were simulated
  Bytes sent;                           ///< by all messages together; 0 if nothing was watched
  RouteTable::Totals links;             ///< by link; all 0 if nothing was watched
  std::vector<TimelineEntry> timeline;  ///< empty unless asked for
};

}  // namespace commsim
