#include "sim/engine/route_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/engine/split_totals.hpp"
#include "topology/routing/route_spread.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim {
namespace {

constexpr unsigned kRankBits = 20;
constexpr unsigned kFlowBits = 24;
static_assert(TopologyBuilder::kMostRanks <= std::size_t{1} << kRankBits);

// Whether the way between the cables of two ends depends on nothing but where the sender's leads,
// and the receiver. Who treats alike what looks alike gives one way to two senders that could
// change places.
bool depends_on_receiver(const RoutingPolicy& policy, const RoutingSettings& settings) {
  if (policy.adaptive || (policy.connects && settings.connections > 1)) return false;
  return policy.symmetric || policy.choose == by_destination;
}

}  // namespace

RouteTable::RouteTable(const Topology& topology, std::span<const DeviceId> endpoints,
                       const RoutingPolicy& policy, RoutingSettings settings, const Fold* fold)
    : topology_(&topology),
      endpoints_(endpoints),
      fold_(fold),
      adaptive_(policy.adaptive),
      by_receiver_(depends_on_receiver(policy, settings)),
      router_(topology, policy, settings),
      cables_(topology, fold == nullptr && !policy.adaptive ? endpoints : endpoints.first(0)),
      ways_(topology),
      pairs_(endpoints.size()) {
  ensure(endpoints.size() <= std::size_t{1} << kRankBits, "a participant's number has 20 bits");
  if (adaptive_) in_flight_.resize(topology.links().size());
}

RouteId RouteTable::find(Rank from, Rank to, std::uint32_t flow) {
  if (adaptive_) flow = 0;  // its messages choose anew each
  Pair& pair = pairs_[index(from)][to];
  if (pair.route != kNoRoute) {
    return pair.flow == flow ? pair.route : find_another(from, to, flow, pair);
  }
  pair.flow = flow;
  if (by_receiver_) return pair.route = plan_by_receiver(from, to, flow);
  RouteId latest = kNoRoute;
  return pair.route = plan({.from = from, .to = to}, flow, 0, latest);
}

RouteId RouteTable::find_another(Rank from, Rank to, std::uint32_t flow, const Pair& pair) {
  ensure(flow < 1U << kFlowBits, "a flow number has 24 bits");
  const std::uint64_t ends =
      (static_cast<std::uint64_t>(from) << kRankBits) | static_cast<std::uint64_t>(to);
  const auto [place, fresh] =
      by_flow_.try_emplace((std::uint64_t{flow} << (2 * kRankBits)) | ends, kNoRoute);
  if (fresh) {
    Several& several = several_.try_emplace(ends, Several{.latest = pair.route}).first->second;
    place->second = plan({.from = from, .to = to}, flow, several.flows++, several.latest);
  }
  return place->second;
}

// Another sender with such a cable to the same device may have asked before.
RouteId RouteTable::plan_by_receiver(Rank from, Rank to, std::uint32_t flow) {
  RouteId latest = kNoRoute;
  const LinkId out = cables_.out(from);
  const LinkId in = cables_.in(to);
  const bool has_cables = out != kNoLink && in != kNoLink &&
                          topology_->device(topology_->link(out).to).kind != DeviceKind::kGpu &&
                          topology_->device(topology_->link(in).from).kind != DeviceKind::kGpu;
  if (!has_cables) return plan({.from = from, .to = to}, flow, 0, latest);
  const std::int32_t server = topology_->device(endpoints_[index(from)]).server;
  const bool within = server >= 0 && server == topology_->device(endpoints_[index(to)]).server;
  RouteId& known = ways_.to_receiver(out, within, to);
  if (known != kNoRoute) {
    uses_.push_back({.from = from, .to = to, .route = known});
    return static_cast<RouteId>(uses_.size() - 1);
  }
  const RouteId planned = plan({.from = from, .to = to}, flow, 0, latest);
  if ((*this)[planned].is_shared()) known = uses_[planned].route;
  return planned;
}

// `latest` is a route of the pair that was found before, and becomes the one that is found now.
RouteId RouteTable::plan(const Use& ends, std::uint32_t flow, std::uint32_t turn, RouteId& latest) {
  const auto planned = router_.routes({.from = endpoints_[index(ends.from)],
                                       .to = endpoints_[index(ends.to)],
                                       .flow = flow,
                                       .turn = turn});
  ensure(!planned.empty(), "participants that talk are on different devices");
  if (adaptive_ && uses_.size() + planned.size() > kMostAlternatives) {
    throw RequestError(fmt::format(
        "adaptive routing would hold more than {} routes; legal: fewer pairs of ranks that talk, "
        "or another routing policy",
        kMostAlternatives));
  }
  // The last first, since the chain of siblings leads from the latest to the earliest.
  RouteId route = kNoRoute;
  std::for_each(planned.rbegin(), planned.rend(),
                [&](const PlannedRoute& each) { route = intern(ends, each, latest); });
  return route;
}

RouteId RouteTable::intern(Use use, const PlannedRoute& planned, RouteId& latest) {
  ensure(!planned.links.empty(), "a route between two devices has a link");
  const PlannedRoute folded = fold_ == nullptr ? PlannedRoute{} : fold_->folded(planned);
  const PlannedRoute& stored = fold_ == nullptr ? planned : folded;
  for (RouteId id = latest; id != kNoRoute; id = uses_[id].sibling) {
    if (std::ranges::equal(links(id), stored.links) &&
        std::ranges::equal(shares(id), stored.shares)) {
      return id;
    }
  }
  use.sibling = latest;
  use.route = starts_and_ends_with_cables(use, stored) ? add_shared(stored) : add(planned, stored);
  uses_.push_back(use);
  return latest = static_cast<RouteId>(uses_.size() - 1);
}

bool RouteTable::starts_and_ends_with_cables(const Use& use, const PlannedRoute& planned) const {
  const auto is_whole = [&](std::int64_t share) { return share == planned.whole; };
  return planned.links.size() > 1 && planned.links.front() == cables_.out(use.from) &&
         planned.links.back() == cables_.in(use.to) &&
         (planned.shares.empty() ||
          (is_whole(planned.shares.front()) && is_whole(planned.shares.back())));
}

std::uint32_t RouteTable::add_shared(const PlannedRoute& planned) {
  between_.links.assign(planned.links.begin() + 1, planned.links.end() - 1);
  between_.shares.clear();
  if (!planned.shares.empty()) {
    between_.shares.assign(planned.shares.begin() + 1, planned.shares.end() - 1);
  }
  between_.whole = planned.whole;
  const auto is_same = [&](std::uint32_t id) {
    const Route& known = routes_[id];
    return known.whole == between_.whole &&
           std::ranges::equal(links_between(known), between_.links) &&
           std::ranges::equal(shares_between(known), between_.shares);
  };
  const LinkId first = planned.links.front();
  const LinkId last = planned.links.back();
  if (const auto known = ways_.find(between_, first, last, is_same)) return *known;
  const std::uint32_t added = add(planned, between_);
  ways_.add(between_, first, last, added);
  return added;
}

// `planned` says what a message gets that has all links to itself.
std::uint32_t RouteTable::add(const PlannedRoute& planned, const PlannedRoute& stored) {
  const bool is_shared = &stored == &between_;
  const bool is_spread = !(is_shared ? planned : stored).shares.empty();
  routes_.push_back({
      .first = static_cast<std::uint32_t>(links_.size()),
      .between = static_cast<std::uint32_t>(stored.links.size()),
      .hops = static_cast<std::uint32_t>(stored.links.size() + (is_shared ? 2 : 0)),
      .first_share = is_spread ? static_cast<std::uint32_t>(shares_.size()) : kNoShares,
      .narrowest = spread_bandwidth(*topology_, planned.links, planned.shares, planned.whole),
      .latency = latency(planned),
      .whole = stored.whole,
  });
  links_.insert(links_.end(), stored.links.begin(), stored.links.end());
  shares_.insert(shares_.end(), stored.shares.begin(), stored.shares.end());
  return static_cast<std::uint32_t>(routes_.size() - 1);
}

std::span<const LinkId> RouteTable::links(RouteId id) {
  const Use& use = uses_[id];
  const Route& route = routes_[use.route];
  const auto between = links_between(route);
  if (!route.is_shared()) return between;
  with_ends_.resize(route.hops);
  with_ends_.front() = cables_.out(use.from);
  std::ranges::copy(between, with_ends_.begin() + 1);
  with_ends_.back() = cables_.in(use.to);
  return with_ends_;
}

std::span<const std::int64_t> RouteTable::shares(RouteId id) {
  const Route& route = routes_[uses_[id].route];
  const auto between = shares_between(route);
  if (route.first_share == kNoShares || !route.is_shared()) return between;
  shares_with_ends_.assign(route.hops, route.whole);
  std::ranges::copy(between, shares_with_ends_.begin() + 1);
  return shares_with_ends_;
}

Bytes RouteTable::counted() const {
  Bytes sum;
  for (const Route& route : routes_) sum += route.bytes;
  return sum;
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
  const auto load_of = [&](RouteId route) {
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
  Load least = load_of(found);
  for (RouteId id = uses_[found].sibling; id != kNoRoute; id = uses_[id].sibling) {
    if (const Load other = load_of(id); other < least) {
      least = other;
      best = id;
    }
  }
  for (const LinkId id : links(best)) in_flight_[id] += size;
  return best;
}

void RouteTable::unload(RouteId taken, Bytes size) {
  for (const LinkId id : links(taken)) in_flight_[id] -= size;
}

RouteTable::Totals RouteTable::totals() const {
  const std::size_t count = topology_->links().size();
  Totals totals{.bytes = std::vector<Bytes>(count), .rounding = {}};
  SplitTotals split(count);
  for (const Route& route : routes_) {
    const auto links = links_between(route);
    const auto shares = shares_between(route);
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (shares.empty()) {
        totals.bytes[links[i]] += route.bytes;
      } else {
        split.add(links[i], route.bytes, shares[i], route.whole);
      }
    }
  }
  cables_.add_to(totals.bytes);
  split.add_to(totals.bytes, totals.rounding);
  if (fold_ == nullptr) return totals;
  for (LinkId id = 0; id < count; ++id) {
    const LinkId from = fold_->stands_for[id];
    totals.bytes[id] = totals.bytes[from];
    if (!totals.rounding.empty()) totals.rounding[id] = totals.rounding[from];
  }
  return totals;
}

}  // namespace commsim
