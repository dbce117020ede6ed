// Which links a message takes from one device to another, by a policy with a name.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

class StaticRoutes;

/// What a policy decides on: which of `next`, links on routes of the fewest links that are in no
/// particular order and at least one, a flow takes. `to` is the number of the GPU at its end among
/// all GPUs, or the id of a device of another kind. `hash` is a well-mixed function of the seed,
/// both ends, the flow and the device.
struct RoutingChoice {
  const Topology& topology;
  std::span<const LinkId> next;
  std::size_t to = 0;
  std::uint64_t hash = 0;
  bool alike = false;  ///< known to be in the order of numbers, of one bandwidth and one latency
};

/// A flow: all messages of one pair that have the same number.
struct FlowEnds {
  DeviceId from = 0;
  DeviceId to = 0;
  std::uint32_t flow = 0;
  std::uint32_t turn = 0;  ///< how many flows of the pair came before it
};

/// The way of a message. A spread one takes several routes at once, and each link carries its share
/// of it: what enters a device on the way leaves it.
struct PlannedRoute {
  std::vector<LinkId> links;         ///< each behind all those that feed it
  std::vector<std::int64_t> shares;  ///< by link, in parts of `whole`; empty: each carries it whole
  std::int64_t whole = 1;
};

/// What a policy is told beside the topology.
struct RoutingSettings {
  std::uint64_t seed = 1;
  std::int64_t connections = 1;         ///< routes that a message is spread over, hashed apart
  const StaticRoutes* table = nullptr;  ///< of a policy that follows one; outlives the router
};

/// A policy at work, for those that do more than choose next links.
class RoutePlanner {
 public:
  RoutePlanner() = default;
  RoutePlanner(const RoutePlanner&) = delete;
  RoutePlanner& operator=(const RoutePlanner&) = delete;
  RoutePlanner(RoutePlanner&&) = delete;
  RoutePlanner& operator=(RoutePlanner&&) = delete;
  virtual ~RoutePlanner() = default;

  /// Appends the way of a flow between two different devices to `routes`, which is empty; of an
  /// adaptive policy all ways that a message may take. The answer must not depend on what was
  /// planned before.
  virtual void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) = 0;
};

/// A policy has either `choose`, which says how a route goes on at a device that has several next
/// links on routes of the fewest links, or `make`.
struct RoutingPolicy {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the rule is described
  /// One of choice.next; the answer must not depend on their order.
  LinkId (*choose)(const RoutingChoice& choice) = nullptr;
  std::unique_ptr<RoutePlanner> (*make)(const Topology& topology,
                                        const RoutingSettings& settings) = nullptr;
  bool spreads = false;   ///< splits messages
  bool adaptive = false;  ///< plans several ways; each message takes the one least loaded when sent
  bool connects = false;  ///< heeds RoutingSettings::connections, and splits if there are several
  bool symmetric = false;  ///< treats alike what looks alike, whatever its name or number
  bool tabular = false;    ///< heeds RoutingSettings::table
};

/// Finds routes on demand; no table of all pairs is ever kept, memory follows devices and links.
///
/// A GPU forwards what is not its own only if no route avoids that, and a NIC forwards between two
/// devices of its own server only if no route avoids that. Among the routes that are left those of
/// the fewest links are taken, unless the policy has another measure, and among those it decides.
///
/// The topology must outlive the router. One thread uses a router: it holds scratch memory.
class Router {
 public:
  Router(const Topology& topology, const RoutingPolicy& policy, RoutingSettings settings);

  /// The way of a flow (of an adaptive policy: one and more); none from a device to itself. Valid
  /// until the next call. With `choose` the cost follows the links of the devices near both ends,
  /// not the size of the cluster.
  std::span<const PlannedRoute> routes(const FlowEnds& flow);

  /// Replaces `route` by the links of the first way, in order.
  void route(const FlowEnds& flow, std::vector<LinkId>& route);

 private:
  std::unique_ptr<RoutePlanner> planner_;
  std::vector<PlannedRoute> routes_;
};

}  // namespace commsim
