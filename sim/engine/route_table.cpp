#include "sim/engine/route_table.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace commsim {

RouteId RouteTable::find(Rank from, Rank to, std::uint32_t flow) {
  constexpr unsigned kRankBits = 20;
  constexpr unsigned kFlowBits = 24;
  static_assert(TopologyBuilder::kMostRanks <= std::size_t{1} << kRankBits);
  ensure(flow < 1U << kFlowBits, "a flow number has 24 bits");
  const std::uint64_t key =
      (((std::uint64_t{flow} << kRankBits) | static_cast<std::uint64_t>(from)) << kRankBits) |
      static_cast<std::uint64_t>(to);
  const auto [place, fresh] = known_.try_emplace(key, static_cast<RouteId>(routes_.size()));
  if (!fresh) return place->second;

  found_.clear();
  router_.route(from, to, flow, found_);
  ensure(!found_.empty(), "a route between two ranks has a link");
  Route route{.first = static_cast<std::uint32_t>(links_.size()),
              .hops = static_cast<std::uint32_t>(found_.size()),
              .narrowest = topology_->link(found_.front()).bandwidth,
              .from = from,
              .to = to};
  for (const LinkId id : found_) {
    route.narrowest = std::min(route.narrowest, topology_->link(id).bandwidth);
    route.latency += topology_->link(id).latency;
    links_.push_back(id);
  }
  routes_.push_back(route);
  return place->second;
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
