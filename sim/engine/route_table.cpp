#include "sim/engine/route_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "sim/engine/split_totals.hpp"
#include "topology/routing/route_spread.hpp"

namespace commsim {
namespace {

constexpr unsigned kRankBits = 20;
constexpr unsigned kFlowBits = 24;
static_assert(TopologyBuilder::kMostRanks <= std::size_t{1} << kRankBits);

}  // namespace

RouteTable::RouteTable(const Topology& topology, std::span<const DeviceId> endpoints,
                       const RoutingPolicy& policy, RoutingSettings settings, const Fold* fold)
    : topology_(&topology),
      endpoints_(endpoints),
      fold_(fold),
      adaptive_(policy.adaptive),
      router_(topology, policy, settings),
      pairs_(endpoints.size()) {
  ensure(endpoints.size() <= std::size_t{1} << kRankBits, "a participant's number has 20 bits");
  if (adaptive_) in_flight_.resize(topology.links().size());
}

RouteId RouteTable::find(Rank from, Rank to, std::uint32_t flow) {
  if (adaptive_) flow = 0;  // its messages choose anew each
  Pair& pair = pairs_[static_cast<std::size_t>(from)][to];
  if (pair.flows > 0) return pair.flow == flow ? pair.route : find_another(from, to, flow, pair);
  pair.flow = flow;
  return pair.route = plan(from, to, flow, pair);
}

RouteId RouteTable::find_another(Rank from, Rank to, std::uint32_t flow, Pair& pair) {
  ensure(flow < 1U << kFlowBits, "a flow number has 24 bits");
  const std::uint64_t ends =
      (static_cast<std::uint64_t>(from) << kRankBits) | static_cast<std::uint64_t>(to);
  const auto [place, fresh] =
      by_flow_.try_emplace((std::uint64_t{flow} << (2 * kRankBits)) | ends, kNoRoute);
  if (fresh) place->second = plan(from, to, flow, pair);
  return place->second;
}

RouteId RouteTable::plan(Rank from, Rank to, std::uint32_t flow, Pair& pair) {
  const auto planned = router_.routes({.from = endpoints_[static_cast<std::size_t>(from)],
                                       .to = endpoints_[static_cast<std::size_t>(to)],
                                       .flow = flow,
                                       .turn = pair.flows++});
  ensure(!planned.empty(), "participants that talk are on different devices");
  if (adaptive_ && routes_.size() + planned.size() > kMostAlternatives) {
    throw RequestError(fmt::format(
        "adaptive routing would hold more than {} routes; legal: fewer pairs of ranks that talk, "
        "or another routing policy",
        kMostAlternatives));
  }
  // The last first, since the chain of siblings leads from the latest to the earliest.
  RouteId route = kNoRoute;
  std::for_each(planned.rbegin(), planned.rend(), [&](const PlannedRoute& each) {
    const Route alone{
        .narrowest = spread_bandwidth(*topology_, each.links, each.shares, each.whole),
        .latency = latency(each),
        .from = from,
        .to = to};
    route = intern(fold_ == nullptr ? each : fold_->folded(each), alone, pair);
  });
  return route;
}

// `alone` holds what a message gets that has all links to itself.
RouteId RouteTable::intern(const PlannedRoute& planned, const Route& alone, Pair& pair) {
  ensure(!planned.links.empty(), "a route between two devices has a link");
  for (RouteId id = pair.first; id != kNoRoute; id = routes_[id].sibling) {
    if (std::ranges::equal(links(routes_[id]), planned.links) &&
        std::ranges::equal(shares(routes_[id]), planned.shares)) {
      return id;
    }
  }
  Route& route = routes_.emplace_back(alone);
  route.first = static_cast<std::uint32_t>(links_.size());
  route.hops = static_cast<std::uint32_t>(planned.links.size());
  route.sibling = pair.first;
  route.first_share =
      planned.shares.empty() ? kNoShares : static_cast<std::uint32_t>(shares_.size());
  route.whole = planned.whole;
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
  SplitTotals split(count);
  for (const Route& route : routes_) {
    const auto shares = this->shares(route);
    for (std::size_t i = 0; i < route.hops; ++i) {
      const LinkId id = links(route)[i];
      if (shares.empty()) {
        totals.bytes[id] += route.bytes;
        totals.messages[id] += route.messages;
      } else {
        split.add(id, route.bytes, shares[i], route.whole);
        // A link that carries several whole messages of a fold carries as many.
        totals.messages[id] += route.messages * std::max<std::int64_t>(1, shares[i] / route.whole);
      }
    }
  }
  split.add_to(totals.bytes, totals.rounding);
  if (fold_ == nullptr) return totals;
  for (LinkId id = 0; id < count; ++id) {
    const LinkId from = fold_->stands_for[id];
    totals.bytes[id] = totals.bytes[from];
    totals.messages[id] = totals.messages[from];
    if (!totals.rounding.empty()) totals.rounding[id] = totals.rounding[from];
  }
  return totals;
}

}  // namespace commsim
