// The route whose latencies add up to the least, whatever its bandwidth.
#include "topology/routing/least_cost.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::lowest_latency {
namespace {

std::int64_t latency(const Topology& /*topology*/, const Link& link) {
  return link.latency.count();
}

class LowestLatency final : public RoutePlanner {
 public:
  LowestLatency(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), seed_(settings.seed), search_(topology, latency) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    find_routes(*topology_, search_, flow);
    walk(*topology_, search_, flow, flow_hash(seed_, flow), by_destination,
         routes.emplace_back().links);
  }

 private:
  const Topology* topology_;
  std::uint64_t seed_;
  LeastCostSearch search_;
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<LowestLatency>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "lowest_latency",
    .summary = "the least sum of latencies, then the fewest links; equals by destination",
    .reference = "Dijkstra, A note on two problems in connexion with graphs, Numerische "
                 "Mathematik 1, 1959",
    .make = make,
}};

}  // namespace
}  // namespace commsim::lowest_latency
