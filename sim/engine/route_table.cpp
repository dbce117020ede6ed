#include "sim/engine/route_table.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace commsim {

RouteId RouteTable::find(Rank from, Rank to, std::uint32_t flow) {
  constexpr unsigned kRankBits = 20;
  constexpr unsigned kFlowBits = 24;
  static_assert(TopologyBuilder::kMostRanks <= std::size_t{1} << kRankBits);
  ensure(flow < 1U << kFlowBits, "a flow number has 24 bits");
  const std::uint64_t pair =
      (static_cast<std::uint64_t>(from) << kRankBits) | static_cast<std::uint64_t>(to);
  const auto [place, fresh] =
      by_flow_.try_emplace((std::uint64_t{flow} << (2 * kRankBits)) | pair, kNoRoute);
  if (!fresh) return place->second;
  found_.clear();
  router_.route(from, to, flow, found_);
  ensure(!found_.empty(), "a route between two ranks has a link");
  return place->second = intern(found_, from, to, pair);
}

RouteId RouteTable::intern(std::span<const LinkId> links, Rank from, Rank to, std::uint64_t pair) {
  RouteId& first = by_pair_.try_emplace(pair, kNoRoute).first->second;
  for (RouteId id = first; id != kNoRoute; id = routes_[id].sibling) {
    if (std::ranges::equal(this->links(routes_[id]), links)) return id;
  }
  Route route{.first = static_cast<std::uint32_t>(links_.size()),
              .hops = static_cast<std::uint32_t>(links.size()),
              .narrowest = topology_->link(links.front()).bandwidth,
              .from = from,
              .to = to,
              .sibling = first};
  for (const LinkId id : links) {
    route.narrowest = std::min(route.narrowest, topology_->link(id).bandwidth);
    route.latency = later(SimTime{route.latency}, topology_->link(id).latency).time_since_epoch();
    links_.push_back(id);
  }
  routes_.push_back(route);
  return first = static_cast<RouteId>(routes_.size() - 1);
}

RouteTable::Totals RouteTable::totals() const {
  const std::size_t count = topology_->links().size();
  Totals totals{.bytes = std::vector<Bytes>(count), .messages = std::vector<std::int64_t>(count)};
  for (const Route& route : routes_) {
    for (const LinkId id : links(route)) {
      totals.bytes[id] += route.bytes;
      totals.messages[id] += route.messages;
    }
  }
  return totals;
}

}  // namespace commsim
