#include "sim/engine/shared_ways.hpp"

#include <boost/functional/hash.hpp>

namespace commsim {

RouteId& SharedWays::to_receiver(LinkId first, bool within_server, Rank to) {
  const Origin origin{topology_->link(first).to, within_server, cable(first)};
  if (last_ < receivers_.size() && receivers_[last_].origin == origin) {
    return receivers_[last_].routes[to].route;
  }
  const auto [begin, end] = by_device_.equal_range(origin.device);
  for (auto known = begin; known != end; ++known) {
    last_ = known->second;
    if (receivers_[last_].origin == origin) return receivers_[last_].routes[to].route;
  }
  last_ = receivers_.size();
  by_device_.emplace(origin.device, last_);
  return receivers_.emplace_back(Receivers{origin, {}}).routes[to].route;
}

std::uint64_t SharedWays::hash(const PlannedRoute& between, const Cables& cables) {
  std::size_t hash = boost::hash_range(between.links.begin(), between.links.end());
  boost::hash_range(hash, between.shares.begin(), between.shares.end());
  boost::hash_combine(hash, between.whole);
  for (const Cable& each : {cables.first, cables.last}) {
    boost::hash_combine(hash, each.bandwidth.bits_per_second());
    boost::hash_combine(hash, each.latency.count());
  }
  return hash;
}

}  // namespace commsim
