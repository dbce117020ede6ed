// The search runs from both ends and always moves the end with fewer links to look at, so that a
// switch with thousands of ports is entered from its ports and never scanned. Boost.Graph's
// searches visit from one end and clear per-vertex maps for each call, which would make every route
// cost the size of the cluster; this is the hot path of the simulator.
#include "topology/routing.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim {

Router::Router(const Topology& topology, const RoutingPolicy& policy, std::uint64_t seed)
    : topology_(&topology), policy_(&policy), seed_(seed) {
  front_.seen.resize(topology.devices().size());
  back_.seen.resize(topology.devices().size());
  by_target_begin_.push_back(0);
  for (const DeviceId rank : topology.ranks()) {
    const auto links = topology.out_links(rank);
    const auto begin = by_target_.insert(by_target_.end(), links.begin(), links.end());
    std::sort(begin, by_target_.end(),
              [&](LinkId a, LinkId b) { return topology.link(a).to < topology.link(b).to; });
    by_target_begin_.push_back(by_target_.size());
  }
}

void Router::route(Rank from, Rank to, std::uint32_t flow, std::vector<LinkId>& route) {
  route.clear();
  if (from == to) return;
  const auto first = static_cast<std::size_t>(from);
  const DeviceId source = topology_->ranks()[first];
  const DeviceId target = topology_->ranks()[static_cast<std::size_t>(to)];
  const std::uint64_t ends = (std::uint64_t{source} << 32U) | target;
  const std::uint64_t hash = mix(mix(mix(seed_) ^ ends) ^ flow);

  const auto direct = direct_links(first, target);
  if (!direct.empty()) {
    route.push_back(policy_->choose({*topology_, direct, to, mix(hash ^ source)}));
    return;
  }

  const std::int32_t server = topology_->device(source).server;
  const bool one_server = server >= 0 && server == topology_->device(target).server;
  const bool found = (one_server && search(source, target, Tier::kNoNics)) ||
                     search(source, target, Tier::kNoGpus) || search(source, target, Tier::kAll);
  ensure(found, "a sealed topology has a route between any two ranks");
  join();
  for (DeviceId at = source; at != target; at = topology_->link(route.back()).to) {
    next_.clear();
    for (std::uint32_t i = back_.seen[at].first; i != kNone; i = back_.chains[i].next) {
      next_.push_back(back_.chains[i].link);
    }
    route.push_back(policy_->choose({*topology_, next_, to, mix(hash ^ at)}));
  }
}

// By bisection: in a full mesh each rank has thousands of links.
std::span<const LinkId> Router::direct_links(std::size_t from, DeviceId target) const {
  const auto all = by_target_.begin();
  const auto begin = all + static_cast<std::ptrdiff_t>(by_target_begin_[from]);
  const auto end = all + static_cast<std::ptrdiff_t>(by_target_begin_[from + 1]);
  const auto first = std::partition_point(
      begin, end, [&](LinkId link) { return topology_->link(link).to < target; });
  const auto last = std::partition_point(
      first, end, [&](LinkId link) { return topology_->link(link).to == target; });
  return {first, last};
}

bool Router::forwards(DeviceId device, Tier tier) const {
  switch (topology_->device(device).kind) {
    case DeviceKind::kGpu:
      return tier == Tier::kAll;
    case DeviceKind::kNic:
      return tier != Tier::kNoNics;
    case DeviceKind::kHost:
    case DeviceKind::kSwitch:
      return true;
  }
  return true;
}

void Router::start(Side& side, DeviceId device, std::size_t degree) const {
  side.chains.clear();
  side.frontier.assign(1, device);
  side.work = degree;
  side.seen[device] = {.epoch = epoch_, .distance = 0};
}

void Router::chain(Side& side, DeviceId device, LinkId link) {
  std::uint32_t& first = side.seen[device].first;
  side.chains.push_back({.link = link, .next = first});
  first = static_cast<std::uint32_t>(side.chains.size() - 1);
}

// Both ends move whole levels at a time, so the level on which they first meet holds a device of
// every route of the fewest links.
bool Router::search(DeviceId from, DeviceId to, Tier tier) {
  if (++epoch_ == 0) {  // after 2^32 searches old stamps would look new
    front_.seen.assign(front_.seen.size(), {});
    back_.seen.assign(back_.seen.size(), {});
    epoch_ = 1;
  }
  start(front_, from, topology_->out_links(from).size());
  start(back_, to, topology_->in_links(to).size());
  met_.clear();
  while (met_.empty() && !front_.frontier.empty() && !back_.frontier.empty()) {
    if (front_.work <= back_.work) {
      expand<true>(front_, back_, tier);
    } else {
      expand<false>(back_, front_, tier);
    }
  }
  return !met_.empty();
}

template <bool kForward>
void Router::expand(Side& side, const Side& other, Tier tier) {
  const auto links_of = [&](DeviceId device) {
    return kForward ? topology_->out_links(device) : topology_->in_links(device);
  };
  side.fresh.clear();
  side.work = 0;
  for (const DeviceId device : side.frontier) {
    const std::uint32_t distance = side.seen[device].distance + 1;
    for (const LinkId id : links_of(device)) {
      const Link& link = topology_->link(id);
      const DeviceId next = kForward ? link.to : link.from;
      if (!known(side, next)) {
        if (!discover(side, other, next, distance, tier)) continue;
        side.work += links_of(next).size();
      }
      if (side.seen[next].distance == distance) chain(side, next, id);
    }
  }
  side.frontier.swap(side.fresh);
}

// False if no route goes on from there.
bool Router::discover(Side& side, const Side& other, DeviceId device, std::uint32_t distance,
                      Tier tier) {
  if (known(other, device)) {
    met_.push_back(device);
  } else if (!forwards(device, tier)) {
    return false;
  }
  side.seen[device] = {.epoch = epoch_, .distance = distance};
  side.fresh.push_back(device);
  return true;
}

// Carries the knowledge of the front search over: from where both met, back to the source, every
// link that led there becomes a next link.
void Router::join() {
  for (std::size_t i = 0; i < met_.size(); ++i) {
    for (std::uint32_t c = front_.seen[met_[i]].first; c != kNone; c = front_.chains[c].next) {
      const LinkId link = front_.chains[c].link;
      const DeviceId before = topology_->link(link).from;
      if (!known(back_, before)) {
        back_.seen[before] = {.epoch = epoch_};
        met_.push_back(before);
      }
      chain(back_, before, link);
    }
  }
}

}  // namespace commsim
