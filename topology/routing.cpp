#include "topology/routing.hpp"

#include "topology/routing/route_memo.hpp"
#include "topology/routing/route_spread.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim {
namespace {

// Routes of the fewest links, by a choice at each device.
class ChoicePlanner final : public RoutePlanner {
 public:
  ChoicePlanner(const Topology& topology, const RoutingPolicy& policy,
                const RoutingSettings& settings)
      : topology_(&topology),
        choose_(policy.choose),
        seed_(settings.seed),
        connections_(policy.connects ? settings.connections : 1),
        search_(topology) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    find_routes(*topology_, search_, flow);
    const std::uint64_t hash = flow_hash(seed_, flow);
    if (connections_ == 1) {
      walk(*topology_, search_, flow, hash, choose_, routes.emplace_back().links);
      return;
    }
    std::vector<std::vector<LinkId>> each(static_cast<std::size_t>(connections_));
    for (std::size_t i = 0; i < each.size(); ++i) {
      walk(*topology_, search_, flow, mix(hash ^ i), choose_, each[i]);
    }
    routes.push_back(spread_over(each));
  }

 private:
  const Topology* topology_;
  LinkChoice choose_;
  std::uint64_t seed_;
  std::int64_t connections_;
  RouteMemo search_;
};

}  // namespace

Router::Router(const Topology& topology, const RoutingPolicy& policy, RoutingSettings settings)
    : planner_(policy.make != nullptr
                   ? policy.make(topology, settings)
                   : std::make_unique<ChoicePlanner>(topology, policy, settings)) {}

std::span<const PlannedRoute> Router::routes(const FlowEnds& flow) {
  routes_.clear();
  if (flow.from != flow.to) planner_->plan(flow, routes_);
  return routes_;
}

void Router::route(const FlowEnds& flow, std::vector<LinkId>& route) {
  route.clear();
  if (const auto found = routes(flow); !found.empty()) route = found.front().links;
}

}  // namespace commsim
