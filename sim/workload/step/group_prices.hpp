// How long a collective takes that all groups of a kind do at once, each message of it simulated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/workload/step/group_calls.hpp"
#include "sim/workload/step/group_physics.hpp"

namespace commsim {

/// Prices of one sweep, worked out once each. Calls that are on their way at the same time as
/// others are priced as if they were not. Any thread may ask.
class GroupPrices {
 public:
  /// `network` says on which cluster, by which model and routes; its call does not matter.
  /// Throws RequestError if the algorithm cannot.
  const GroupPrice& price(const CollectiveRun& network, const GroupCall& call);

 private:
  using NetworkKey = std::tuple<const Cluster*, const NetworkModel*, const RoutingPolicy*,
                                std::int64_t, Switching, std::uint64_t, const StaticRoutes*>;
  using Key = std::tuple<NetworkKey, std::uint64_t, CollectiveKind, std::int64_t, std::string,
                         const Compression*, std::int64_t, const Physics*>;
  using PhysicsKey = std::pair<NetworkKey, const Physics*>;
  static NetworkKey key_of(const CollectiveRun& network);
  GroupPhysics& physics(const CollectiveRun& network, const Physics& physics);

  std::mutex mutex_;
  std::map<Key, GroupPrice> known_;
  std::map<PhysicsKey, std::unique_ptr<GroupPhysics>> physics_;
};

}  // namespace commsim
