// Routes on which something other than the number of links is least.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "topology/routing/route_search.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// What a link adds to the cost of a route; not negative.
using LinkCost = std::int64_t (*)(const Topology& topology, const Link& link);

/// Finds the routes of the least sum of `cost`, among these the fewest links (Dijkstra, A note on
/// two problems in connexion with graphs, Numerische Mathematik 1, 1959). Used like a RouteSearch.
/// O(l log d) for the l links and d devices that are nearer to the end than the start is.
class LeastCostSearch {
 public:
  LeastCostSearch(const Topology& topology, LinkCost cost);

  /// Returns who forwards on the routes, or nothing if there is none. REQUIRES: two devices. Throws
  /// RequestError when a cost does not fit 64 bits.
  std::optional<Forwarders> find(DeviceId from, DeviceId to);
  [[nodiscard]] std::span<const LinkId> next(DeviceId device);

 private:
  struct Distance {
    std::int64_t cost = 0;
    std::int64_t links = 0;
    friend auto operator<=>(const Distance&, const Distance&) = default;
  };
  /// What this search knows of a device; it counts only if `epoch` is the present one.
  struct Seen {
    Distance distance;
    std::uint64_t epoch = 0;
  };
  struct Open {
    Distance distance;
    DeviceId device = 0;
    friend auto operator<=>(const Open&, const Open&) = default;
  };

  bool search(DeviceId from, DeviceId to, Forwarders who);
  [[nodiscard]] Distance before(Distance distance, const Link& link) const;

  const Topology* topology_;
  LinkCost cost_;
  Forwarders who_ = Forwarders::kAll;
  DeviceId to_ = 0;
  std::uint64_t epoch_ = 0;
  std::vector<Seen> seen_;
  std::vector<Open> heap_;
  std::vector<LinkId> next_;
};

}  // namespace commsim
