// What a simulation is given and what it returns, whatever the network model.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "collectives/program.hpp"
#include "sim/engine/observer.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// How link_fifo moves a message of several links.
enum class Switching : std::uint8_t { kCutThrough, kStoreAndForward };

/// How much is watched.
enum class Watch : std::uint8_t { kNothing, kLinks, kTimeline };

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
  std::int64_t events = 0;
  Bytes sent;                           ///< by all messages together; 0 if nothing was watched
  RouteTable::Totals links;             ///< by link; all 0 if nothing was watched
  std::vector<TimelineEntry> timeline;  ///< empty unless asked for
};

}  // namespace commsim
