// Minimal routing of dragonflies: within the group to a router with a link to the other group, over
// it, and within that group to the end.
#include "topology/routing/minimal_search.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::minimal {
namespace {

class Minimal final : public RoutePlanner {
 public:
  Minimal(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), seed_(settings.seed), search_(topology) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    find_routes(*topology_, search_, flow);
    walk(*topology_, search_, flow, flow_hash(seed_, flow), by_hash, routes.emplace_back().links);
  }

 private:
  const Topology* topology_;
  std::uint64_t seed_;
  MinimalSearch search_;
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<Minimal>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "minimal",
    .summary = "the fewest links of the medium 'global', then the fewest links; equals are hashed "
               "with the seed",
    .reference = "Kim, Dally, Scott and Abts, Technology-driven, highly-scalable dragonfly "
                 "topology, ISCA 2008, section 4.1",
    .make = make,
}};

}  // namespace
}  // namespace commsim::minimal
