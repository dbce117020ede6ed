// Routes from a table. Pairs that it does not list go as `shortest` sends them.
#include "topology/routing/route_walk.hpp"
#include "topology/routing/static_routes.hpp"

namespace commsim::static_routing {
namespace {

class Static final : public RoutePlanner {
 public:
  Static(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), settings_(settings), search_(topology) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    std::vector<LinkId>& links = routes.emplace_back().links;
    std::span<const DeviceId> devices;
    if (settings_.table != nullptr) devices = settings_.table->find(flow.from, flow.to);
    const std::size_t to = destination_number(*topology_, flow.to);
    for (std::size_t i = 1; i < devices.size(); ++i) {
      const auto parallel = links_between(*topology_, devices[i - 1], devices[i]);
      links.push_back(by_destination({.topology = *topology_, .next = parallel, .to = to}));
    }
    if (!devices.empty()) return;
    find_routes(*topology_, search_, flow);
    walk(*topology_, search_, flow, flow_hash(settings_.seed, flow), by_destination, links);
  }

 private:
  const Topology* topology_;
  RoutingSettings settings_;
  RouteSearch search_;
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<Static>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "static",
    .summary = "the routes that `routes` lists; pairs that are not listed go by shortest",
    .reference = "InfiniBand Architecture Specification, volume 1, section 14.4.3 (forwarding "
                 "tables written by the subnet manager)",
    .make = make,
    .tabular = true,
}};

}  // namespace
}  // namespace commsim::static_routing
