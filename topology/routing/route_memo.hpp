// Routes of the fewest links, found once for all pairs of devices behind the same two switches.
#pragma once

#include <unordered_map>
#include <vector>

#include "topology/routing/route_search.hpp"

namespace commsim {

/// A RouteSearch that remembers. A GPU with one link to send on, and one with one link to receive
/// from, have between them the routes that the devices at the other ends of these have. All other
/// pairs are searched for each time. Memory is bounded; past that it forgets.
class RouteMemo {
 public:
  explicit RouteMemo(const Topology& topology) : topology_(&topology), search_(topology) {}

  /// As RouteSearch::find, but amortised O(1) for such pairs.
  bool find(DeviceId from, DeviceId to);
  /// As RouteSearch::next, O(log n) for n devices on the routes.
  std::span<const LinkId> next(DeviceId device);
  /// Whether the links that next() gave last are in the order of their numbers, and all of one
  /// bandwidth and latency.
  [[nodiscard]] bool alike() const { return alike_; }

 private:
  static constexpr std::size_t kMostLinks = std::size_t{1} << 22U;
  static constexpr std::uint64_t kNoKey = UINT64_MAX;

  struct Stop {
    DeviceId device = 0;
    std::uint32_t first = 0;  // of its next links, in links_
    std::uint32_t count = 0;
    bool alike = false;
  };
  struct Part {  // of stops_
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  [[nodiscard]] std::uint64_t key_of(DeviceId from, DeviceId to) const;
  Part learn(DeviceId from, DeviceId to);
  [[nodiscard]] bool are_alike(std::span<const LinkId> links) const;

  const Topology* topology_;
  RouteSearch search_;
  std::unordered_map<std::uint64_t, Part> parts_;
  std::vector<Stop> stops_;  // of each part in the order of devices
  std::vector<LinkId> links_;
  std::uint64_t key_ = kNoKey;  // of the pair that was found last; kNoKey: not remembered
  Part part_;
  DeviceId from_ = 0;  // the pair that was found last
  DeviceId to_ = 0;
  bool alike_ = false;
};

}  // namespace commsim
