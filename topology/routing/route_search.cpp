// The search runs from both ends and always moves the end with fewer links to look at, so that a
// switch with thousands of ports is entered from its ports and never scanned. Boost.Graph's
// searches visit from one end and clear per-vertex maps for each call, which would make every route
// cost the size of the cluster; this is the hot path of the simulator.
#include "topology/routing/route_search.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace commsim {

bool forwards(DeviceKind kind, Forwarders who) {
  switch (kind) {
    case DeviceKind::kGpu:
      return who == Forwarders::kAll;
    case DeviceKind::kNic:
      return who != Forwarders::kNoNics;
    case DeviceKind::kHost:
    case DeviceKind::kSwitch:
      return true;
  }
  return true;
}

std::span<const Forwarders> forwarders_between(const Topology& topology, DeviceId from,
                                               DeviceId to) {
  static constexpr std::array kOrder{Forwarders::kNoNics, Forwarders::kNoGpus, Forwarders::kAll};
  const std::int32_t server = topology.device(from).server;
  const bool one_server = server >= 0 && server == topology.device(to).server;
  return std::span(kOrder).subspan(one_server ? 0 : 1);
}

void refuse_unreachable(const Topology& topology, DeviceId from, DeviceId to) {
  throw RequestError(fmt::format("no route leads from '{}' to '{}'", topology.device(from).name,
                                 topology.device(to).name));
}

RouteSearch::RouteSearch(const Topology& topology) : topology_(&topology) {
  front_.seen.resize(topology.devices().size());
  back_.seen.resize(topology.devices().size());
  by_target_begin_.push_back(0);
  for (const DeviceId gpu : topology.gpus()) {
    const auto links = topology.out_links(gpu);
    const auto begin = by_target_.insert(by_target_.end(), links.begin(), links.end());
    std::sort(begin, by_target_.end(),
              [&](LinkId a, LinkId b) { return topology.link(a).to < topology.link(b).to; });
    by_target_begin_.push_back(by_target_.size());
  }
}

std::optional<Forwarders> RouteSearch::find(DeviceId from, DeviceId to) {
  direct_ = direct_links(from, to);
  if (!direct_.empty()) return Forwarders::kNoNics;
  for (const Forwarders who : forwarders_between(*topology_, from, to)) {
    if (find(from, to, who)) return who;
  }
  return std::nullopt;
}

std::span<const LinkId> RouteSearch::next(DeviceId device) {
  if (!direct_.empty()) return direct_;
  next_.clear();
  for (std::uint32_t i = back_.seen[device].first; i != kNone; i = back_.chains[i].next) {
    next_.push_back(back_.chains[i].link);
  }
  return next_;
}

// By bisection: in a full mesh each GPU has thousands of links.
std::span<const LinkId> RouteSearch::direct_links(DeviceId from, DeviceId to) const {
  const auto gpus = topology_->gpus();
  const auto gpu = std::ranges::lower_bound(gpus, from);
  if (gpu == gpus.end() || *gpu != from) return {};
  const auto number = static_cast<std::size_t>(gpu - gpus.begin());
  const auto all = by_target_.begin();
  const auto begin = all + static_cast<std::ptrdiff_t>(by_target_begin_[number]);
  const auto end = all + static_cast<std::ptrdiff_t>(by_target_begin_[number + 1]);
  const auto first =
      std::partition_point(begin, end, [&](LinkId link) { return topology_->link(link).to < to; });
  const auto last =
      std::partition_point(first, end, [&](LinkId link) { return topology_->link(link).to == to; });
  return {first, last};
}

void RouteSearch::start(Side& side, DeviceId device, std::size_t degree) const {
  side.chains.clear();
  side.frontier.assign(1, device);
  side.work = degree;
  side.seen[device] = {.epoch = epoch_, .distance = 0};
}

void RouteSearch::chain(Side& side, DeviceId device, LinkId link) {
  std::uint32_t& first = side.seen[device].first;
  side.chains.push_back({.link = link, .next = first});
  first = static_cast<std::uint32_t>(side.chains.size() - 1);
}

// Both ends move whole levels at a time, so the level on which they first meet holds a device of
// every route of the fewest links.
bool RouteSearch::find(DeviceId from, DeviceId to, Forwarders who, Bandwidth least) {
  direct_ = {};
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
      expand<true>(front_, back_, who, least);
    } else {
      expand<false>(back_, front_, who, least);
    }
  }
  if (met_.empty()) return false;
  join();
  return true;
}

template <bool kForward>
void RouteSearch::expand(Side& side, const Side& other, Forwarders who, Bandwidth least) {
  const auto links_of = [&](DeviceId device) {
    return kForward ? topology_->out_links(device) : topology_->in_links(device);
  };
  side.fresh.clear();
  side.work = 0;
  for (const DeviceId device : side.frontier) {
    const std::uint32_t distance = side.seen[device].distance + 1;
    for (const LinkId id : links_of(device)) {
      const Link& link = topology_->link(id);
      if (link.bandwidth < least) continue;
      const DeviceId next = kForward ? link.to : link.from;
      if (!known(side, next)) {
        if (!discover(side, other, next, distance, who)) continue;
        side.work += links_of(next).size();
      }
      if (side.seen[next].distance == distance) chain(side, next, id);
    }
  }
  side.frontier.swap(side.fresh);
}

// False if no route goes on from there.
bool RouteSearch::discover(Side& side, const Side& other, DeviceId device, std::uint32_t distance,
                           Forwarders who) {
  if (known(other, device)) {
    met_.push_back(device);
  } else if (!forwards(topology_->device(device).kind, who)) {
    return false;
  }
  side.seen[device] = {.epoch = epoch_, .distance = distance};
  side.fresh.push_back(device);
  return true;
}

// Carries the knowledge of the front search over: from where both met, back to the source, every
// link that led there becomes a next link.
void RouteSearch::join() {
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
