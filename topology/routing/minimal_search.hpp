// The minimal routes of a dragonfly: the fewest links between groups first, then the fewest links.
#pragma once

#include <optional>

#include "topology/routing/least_cost.hpp"
#include "topology/routing/route_search.hpp"

namespace commsim {

/// The medium of links between the groups of a dragonfly.
constexpr std::string_view kGlobalMedium = "global";

/// Used like a RouteSearch, which it is where the topology has no global links.
class MinimalSearch {
 public:
  explicit MinimalSearch(const Topology& topology);

  std::optional<Forwarders> find(DeviceId from, DeviceId to) {
    return by_cost_ ? by_cost_->find(from, to) : fewest_->find(from, to);
  }
  std::span<const LinkId> next(DeviceId device) {
    return by_cost_ ? by_cost_->next(device) : fewest_->next(device);
  }

 private:
  std::optional<LeastCostSearch> by_cost_;
  std::optional<RouteSearch> fewest_;
};

}  // namespace commsim
