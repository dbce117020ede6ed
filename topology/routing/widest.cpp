// The route whose narrowest link is widest: the links are tried from the widest down until they
// join both ends. There are few different bandwidths, so that bisection finds the one that counts
// in a few searches.
#include <algorithm>

#include "topology/routing/route_search.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::widest {
namespace {

class Widest final : public RoutePlanner {
 public:
  Widest(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), seed_(settings.seed), search_(topology) {
    for (const Link& link : topology.links()) bandwidths_.push_back(link.bandwidth);
    std::ranges::sort(bandwidths_);
    bandwidths_.erase(std::unique(bandwidths_.begin(), bandwidths_.end()), bandwidths_.end());
  }

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    const auto joined = [&](Forwarders who, Bandwidth least) {
      return search_.find(flow.from, flow.to, who, least);
    };
    const auto order = forwarders_between(*topology_, flow.from, flow.to);
    const auto who = std::ranges::find_if(order, [&](Forwarders each) { return joined(each, {}); });
    if (who == order.end()) refuse_unreachable(*topology_, flow.from, flow.to);
    const auto too_wide = std::ranges::partition_point(
        bandwidths_, [&](Bandwidth least) { return joined(*who, least); });
    joined(*who, *(too_wide - 1));
    walk(*topology_, search_, flow, flow_hash(seed_, flow), by_destination,
         routes.emplace_back().links);
  }

 private:
  const Topology* topology_;
  std::uint64_t seed_;
  RouteSearch search_;
  std::vector<Bandwidth> bandwidths_;  // those that occur, ascending
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<Widest>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "widest",
    .summary = "the largest bandwidth of the narrowest link, then the fewest links; equals by "
               "destination",
    .reference = "Wang and Crowcroft, Quality-of-service routing for supporting multimedia "
                 "applications, IEEE JSAC 14(7), 1996 (shortest-widest path)",
    .make = make,
}};

}  // namespace
}  // namespace commsim::widest
