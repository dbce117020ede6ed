// Boost.Graph's search would visit the whole graph and clear its maps for each pair; this one stops
// at the start of the route, and only stamps what it meets.
#include "topology/routing/least_cost.hpp"

#include <algorithm>
#include <functional>

#include "core/error.hpp"

namespace commsim {

LeastCostSearch::LeastCostSearch(const Topology& topology, LinkCost cost)
    : topology_(&topology), cost_(cost), seen_(topology.devices().size()) {}

std::optional<Forwarders> LeastCostSearch::find(DeviceId from, DeviceId to) {
  for (const Forwarders who : forwarders_between(*topology_, from, to)) {
    if (search(from, to, who)) return who;
  }
  return std::nullopt;
}

LeastCostSearch::Distance LeastCostSearch::before(Distance distance, const Link& link) const {
  Distance sum{.links = distance.links + 1};
  if (__builtin_add_overflow(distance.cost, cost_(*topology_, link), &sum.cost)) {
    throw RequestError("the cost of a route does not fit 64 bits");
  }
  return sum;
}

// From the end backwards, so that every device on the way knows its distance to the end.
bool LeastCostSearch::search(DeviceId from, DeviceId to, Forwarders who) {
  ++epoch_;
  who_ = who;
  to_ = to;
  seen_[to] = {.epoch = epoch_};
  heap_.assign(1, {.device = to});
  while (!heap_.empty()) {
    std::ranges::pop_heap(heap_, std::greater<>{});
    const Open nearest = heap_.back();
    heap_.pop_back();
    if (nearest.device == from) return true;
    if (nearest.distance > seen_[nearest.device].distance) continue;
    for (const LinkId id : topology_->in_links(nearest.device)) {
      const Link& link = topology_->link(id);
      if (link.from != from && !forwards(topology_->device(link.from).kind, who)) continue;
      const Distance distance = before(nearest.distance, link);
      Seen& seen = seen_[link.from];
      if (seen.epoch == epoch_ && seen.distance <= distance) continue;
      seen = {.distance = distance, .epoch = epoch_};
      heap_.push_back({.distance = distance, .device = link.from});
      std::ranges::push_heap(heap_, std::greater<>{});
    }
  }
  return false;
}

// Whatever is nearer than the start has its last distance: the heap gave it before the start.
std::span<const LinkId> LeastCostSearch::next(DeviceId device) {
  next_.clear();
  for (const LinkId id : topology_->out_links(device)) {
    const Link& link = topology_->link(id);
    const Seen& seen = seen_[link.to];
    if (seen.epoch != epoch_) continue;
    if (link.to != to_ && !forwards(topology_->device(link.to).kind, who_)) continue;
    if (before(seen.distance, link) == seen_[device].distance) next_.push_back(id);
  }
  return next_;
}

}  // namespace commsim
