// The ways in which NCCL does a collective, and what each makes of the call and of the links.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/physics/physics.hpp"
#include "collectives/algorithm.hpp"
#include "core/units.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace commsim {

inline constexpr std::string_view kPhysicsTree = "double_binary_tree";

/// A schedule under a protocol.
struct PhysicsWay {
  std::size_t protocol = 0;  ///< index into Physics::protocols
  std::string algorithm;     ///< short name
};

/// The ways of a call, whose layout counts:
///   all_reduce                 ring; double_binary_tree between servers; nvls
///   all_gather, reduce_scatter ring; nvls inside one server
///   broadcast, reduce          chain
///   the others                 direct
/// nvls needs three ranks, and switches that reduce. With `only`, the ways of that algorithm.
/// Throws RequestError for a barrier.
std::vector<PhysicsWay> physics_ways(const CollectiveCall& call, const Physics& physics,
                                     const std::string& only = {});

/// The links without latency, or, where the policy routes by latencies, with a negligible part of
/// it, so that routes are the same.
Topology without_latency(const Topology& topology, const RoutingPolicy& routing);

/// The links as the way's protocol uses them, or those without_latency().
Topology physics_links(const Topology& topology, const Physics& physics, const PhysicsWay& way,
                       bool with_latency, const RoutingPolicy& routing);

/// The call of so many bytes, rounded up to whole elements, in the pieces of the way's pipeline.
CollectiveCall physics_call(CollectiveCall call, const Physics& physics, const PhysicsWay& way);

/// What the library adds to the messages: `launch`, what the protocol takes to start, and in a ring
/// the copy of a shard.
Duration physics_overhead(const CollectiveCall& call, const Physics& physics,
                          const PhysicsWay& way);

/// What the bytes of physics_call()'s call take on links without latency, on which `simulated`
/// simulates calls. Of a long pipeline the beginning is simulated; every further piece takes as
/// long as the last of those.
Duration physics_transfer(CollectiveCall call, const PhysicsWay& way,
                          const std::function<Duration(const CollectiveCall&)>& simulated);

/// The media of a topology that some protocol was not fitted to, and PCIe where it is more than the
/// way to a NIC: what the library adds there is not known. Links between switches do not count.
std::vector<std::string> unfitted_media(const Physics& physics, const Topology& topology);

}  // namespace commsim
