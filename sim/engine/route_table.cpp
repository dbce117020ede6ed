#include "sim/engine/route_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "topology/routing/route_spread.hpp"

namespace commsim {
namespace {

constexpr unsigned kRankBits = 20;
constexpr unsigned kFlowBits = 24;
static_assert(TopologyBuilder::kMostRanks <= std::size_t{1} << kRankBits);

}  // namespace

RouteTable::RouteTable(const Topology& topology, std::span<const DeviceId> endpoints,
                       const RoutingPolicy& policy, RoutingSettings settings)
    : topology_(&topology),
      endpoints_(endpoints),
      adaptive_(policy.adaptive),
      router_(topology, policy, settings) {
  ensure(endpoints.size() <= std::size_t{1} << kRankBits, "a participant's number has 20 bits");
  if (adaptive_) in_flight_.resize(topology.links().size());
}

RouteId RouteTable::find(Rank from, Rank to, std::uint32_t flow) {
  ensure(flow < 1U << kFlowBits, "a flow number has 24 bits");
  const std::uint64_t pair =
      (static_cast<std::uint64_t>(from) << kRankBits) | static_cast<std::uint64_t>(to);
  if (adaptive_) flow = 0;  // its messages choose anew each
  const auto [place, fresh] =
      by_flow_.try_emplace((std::uint64_t{flow} << (2 * kRankBits)) | pair, kNoRoute);
  if (!fresh) return place->second;
  Pair& known = by_pair_[pair];
  const auto planned = router_.routes({.from = endpoints_[static_cast<std::size_t>(from)],
                                       .to = endpoints_[static_cast<std::size_t>(to)],
                                       .flow = flow,
                                       .turn = known.flows++});
  ensure(!planned.empty(), "participants that talk are on different devices");
  if (adaptive_ && routes_.size() + planned.size() > kMostAlternatives) {
    throw RequestError(fmt::format(
        "adaptive routing would hold more than {} routes; legal: fewer pairs of ranks that talk, "
        "or another routing policy",
        kMostAlternatives));
  }
  // The last first, since the chain of siblings leads from the latest to the earliest.
  RouteId route = kNoRoute;
  std::for_each(planned.rbegin(), planned.rend(),
                [&](const PlannedRoute& each) { route = intern(each, from, to, known); });
  return place->second = route;
}

RouteId RouteTable::intern(const PlannedRoute& planned, Rank from, Rank to, Pair& pair) {
  ensure(!planned.links.empty(), "a route between two devices has a link");
  for (RouteId id = pair.first; id != kNoRoute; id = routes_[id].sibling) {
    if (std::ranges::equal(links(routes_[id]), planned.links) &&
        std::ranges::equal(shares(routes_[id]), planned.shares)) {
      return id;
    }
  }
  routes_.push_back(
      {.first = static_cast<std::uint32_t>(links_.size()),
       .hops = static_cast<std::uint32_t>(planned.links.size()),
       .narrowest = spread_bandwidth(*topology_, planned.links, planned.shares, planned.whole),
       .latency = latency(planned),
       .from = from,
       .to = to,
       .sibling = pair.first,
       .first_share = static_cast<std::uint32_t>(shares_.size()),
       .whole = planned.whole});
  links_.insert(links_.end(), planned.links.begin(), planned.links.end());
  shares_.insert(shares_.end(), planned.shares.begin(), planned.shares.end());
  return pair.first = static_cast<RouteId>(routes_.size() - 1);
}

// The longest way from the start to each device; links come behind those that feed them.
Duration RouteTable::latency(const PlannedRoute& planned) const {
  SimTime longest{};
  if (planned.whole == 1) {
    for (const LinkId id : planned.links) longest = later(longest, topology_->link(id).latency);
    return longest.time_since_epoch();
  }
  std::unordered_map<DeviceId, SimTime> reached;
  for (const LinkId id : planned.links) {
    const Link& link = topology_->link(id);
    const SimTime at = later(reached[link.from], link.latency);
    reached[link.to] = std::max(reached[link.to], at);
    longest = std::max(longest, at);
  }
  return longest.time_since_epoch();
}

// By the worst link, since the message waits there; then by all links together, since the worst
// one is often common to all alternatives; then in order.
RouteId RouteTable::take_least_loaded(RouteId found, Bytes size) {
  using Load = std::pair<Duration, Duration>;
  const auto load_of = [&](const Route& route) {
    Load load{};
    for (const LinkId id : links(route)) {
      Bytes waiting = in_flight_[id];
      waiting += size;
      const Duration time = waiting / topology_->link(id).bandwidth;
      load.first = std::max(load.first, time);
      load.second = later(SimTime{load.second}, time).time_since_epoch();
    }
    return load;
  };
  RouteId best = found;
  Load least = load_of(routes_[found]);
  for (RouteId id = routes_[found].sibling; id != kNoRoute; id = routes_[id].sibling) {
    if (const Load other = load_of(routes_[id]); other < least) {
      least = other;
      best = id;
    }
  }
  for (const LinkId id : links(routes_[best])) in_flight_[id] += size;
  return best;
}

void RouteTable::unload(const Route& route, Bytes size) {
  for (const LinkId id : links(route)) in_flight_[id] -= size;
}

RouteTable::Totals RouteTable::totals() const {
  const std::size_t count = topology_->links().size();
  Totals totals{.bytes = std::vector<Bytes>(count),
                .messages = std::vector<std::int64_t>(count),
                .rounding = {}};
  std::vector<double> rounding;
  for (const Route& route : routes_) {
    if (route.whole > 1) {
      rounding.resize(count);
      add_spread(route, totals, rounding);
      continue;
    }
    for (const LinkId id : links(route)) {
      totals.bytes[id] += route.bytes;
      totals.messages[id] += route.messages;
    }
  }
  for (const double bytes : rounding) {
    totals.rounding.emplace_back(static_cast<std::int64_t>(std::ceil(bytes)));
  }
  return totals;
}

// Hop by hop: whatever bytes a device got are handed out among its next links.
void RouteTable::add_spread(const Route& route, Totals& totals,
                            std::vector<double>& rounding) const {
  struct Stop {
    std::int64_t share = 0;  // that came in
    Bytes bytes;
    double rounding = 0;  // by how many bytes that may be too much
    std::optional<Apportioner> rest;
  };
  std::unordered_map<DeviceId, Stop> stops;
  stops[topology_->link(links(route).front()).from] = {
      .share = route.whole, .bytes = route.bytes, .rest = {}};
  for (std::size_t i = 0; i < route.hops; ++i) {
    const LinkId id = links(route)[i];
    const std::int64_t share = shares(route)[i];
    const Link& link = topology_->link(id);
    Stop& from = stops[link.from];
    if (!from.rest) from.rest.emplace(from.bytes.count(), from.share);
    const Bytes part{from.rest->part(share)};
    const double part_of = static_cast<double>(share) / static_cast<double>(from.share);
    const double off = from.rounding * part_of + (share == from.share ? 0 : 1);
    totals.bytes[id] += part;
    totals.messages[id] += route.messages;
    rounding[id] += off;
    Stop& to = stops[link.to];
    to.share += share;
    to.bytes += part;
    to.rounding += off;
  }
}

}  // namespace commsim
