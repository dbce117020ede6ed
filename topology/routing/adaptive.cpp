// Adaptive routing of whole messages: all routes of the fewest links are planned, and each message
// takes the one that is least loaded when it is sent.
#include <algorithm>
#include <map>

#include "topology/routing/route_search.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::adaptive {
namespace {

constexpr std::size_t kMostRoutes = 64;

class Adaptive final : public RoutePlanner {
 public:
  Adaptive(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), seed_(settings.seed), search_(topology) {}

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    find_routes(*topology_, search_, flow);
    if (const std::size_t all = count_routes(flow); all <= kMostRoutes) {
      for (std::size_t i = 0; i < all; ++i) {
        routes.push_back({.links = number(flow, i), .shares = {}});
      }
    } else {
      draw(flow, routes);
    }
  }

 private:
  struct Stop {
    std::vector<LinkId> next;
    std::size_t routes = 0;  // to the end; past kMostRoutes it does not matter how many
  };

  std::size_t count_routes(const FlowEnds& flow) {
    stops_.clear();
    stops_[flow.from];
    // Each device stands behind all that lead to it, since all of its routes are equally long.
    std::vector<DeviceId> order{flow.from};
    for (std::size_t i = 0; i < order.size() && order[i] != flow.to; ++i) {
      const auto next = search_.next(order[i]);
      std::vector<LinkId> sorted(next.begin(), next.end());
      std::ranges::sort(sorted);
      for (const LinkId link : sorted) {
        if (stops_.try_emplace(topology_->link(link).to).second) {
          order.push_back(topology_->link(link).to);
        }
      }
      stops_.at(order[i]).next = std::move(sorted);
    }
    stops_.at(flow.to).routes = 1;
    std::for_each(order.rbegin(), order.rend(), [this](DeviceId device) {
      Stop& stop = stops_.at(device);
      for (const LinkId link : stop.next) {
        stop.routes += stops_.at(topology_->link(link).to).routes;
        stop.routes = std::min(stop.routes, kMostRoutes + 1);
      }
    });
    return stops_.at(flow.from).routes;
  }

  // Route `index` in the order of link ids, the first link counting most.
  [[nodiscard]] std::vector<LinkId> number(const FlowEnds& flow, std::size_t index) const {
    std::vector<LinkId> links;
    for (DeviceId at = flow.from; at != flow.to; at = topology_->link(links.back()).to) {
      for (const LinkId link : stops_.at(at).next) {
        const std::size_t over = stops_.at(topology_->link(link).to).routes;
        if (index < over) {
          links.push_back(link);
          break;
        }
        index -= over;
      }
    }
    return links;
  }

  // A sample that is the same for all flows of the pair; the first of all in order would differ in
  // their last links only.
  void draw(const FlowEnds& flow, std::vector<PlannedRoute>& routes) {
    const std::uint64_t hash = flow_hash(seed_, {.from = flow.from, .to = flow.to});
    std::vector<std::vector<LinkId>> drawn(kMostRoutes);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      walk(*topology_, search_, flow, mix(hash ^ i), by_hash, drawn[i]);
    }
    std::ranges::sort(drawn);
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    for (auto& links : drawn) routes.push_back({.links = std::move(links), .shares = {}});
  }

  const Topology* topology_;
  std::uint64_t seed_;
  RouteSearch search_;
  std::map<DeviceId, Stop> stops_;  // of the present pair
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<Adaptive>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "adaptive",
    .summary = "the fewest links; each message takes the route whose worst link has the least in "
               "flight when it is sent",
    .reference = "Alizadeh et al., CONGA: distributed congestion-aware load balancing for "
                 "datacenters, SIGCOMM 2014 (load of the worst link); here with perfect knowledge",
    .make = make,
    .adaptive = true,
}};

}  // namespace
}  // namespace commsim::adaptive
