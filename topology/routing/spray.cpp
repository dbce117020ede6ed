// Every packet takes another of the routes of the fewest links, in the limit of infinitely small
// packets: no flow is hashed onto a link that others have filled.
#include "topology/routing/route_search.hpp"
#include "topology/routing/route_spread.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::spray {
namespace {

class Spray final : public RoutePlanner {
 public:
  explicit Spray(const Topology& topology) : topology_(&topology), search_(topology) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    find_routes(*topology_, search_, flow);
    routes.push_back(spread_evenly(*topology_, search_, flow));
  }

 private:
  const Topology* topology_;
  RouteSearch search_;
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& /*settings*/) {
  return std::make_unique<Spray>(topology);
}

const Registration<RoutingPolicy> registration{{
    .name = "spray",
    .summary = "each message is split evenly over all routes of the fewest links, hop by hop",
    .reference = "Dixit, Prakash, Hu and Kompella, On the impact of packet spraying in data "
                 "center networks, INFOCOM 2013",
    .make = make,
    .spreads = true,
    .symmetric = true,
}};

}  // namespace
}  // namespace commsim::spray
