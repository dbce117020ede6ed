// Randomised two-phase routing: minimal routes to a random intermediate device and from it to the
// end. Whatever the traffic, it then loads the network like uniform traffic, at twice the work.
#include <algorithm>

#include "topology/routing/minimal_search.hpp"
#include "topology/routing/route_walk.hpp"

namespace commsim::valiant {
namespace {

class Valiant final : public RoutePlanner {
 public:
  Valiant(const Topology& topology, const RoutingSettings& settings)
      : topology_(&topology), seed_(settings.seed), search_(topology) {
    // A switch within a server joins that server only. Where no others are, GPUs forward
    // themselves.
    for (DeviceId id = 0; id < topology.devices().size(); ++id) {
      const Device& device = topology.device(id);
      if (is_network_switch(device)) middles_.push_back(id);
    }
    if (middles_.empty()) {
      middles_.assign(topology.gpus().begin(), topology.gpus().end());
      most_ = Forwarders::kAll;
    }
  }

  void plan(const FlowEnds& flow, std::vector<PlannedRoute>& routes) override {
    constexpr std::uint64_t kTries = 64;
    std::vector<LinkId>& links = routes.emplace_back().links;
    const std::uint64_t hash = flow_hash(seed_, flow);
    const bool one_server =
        topology_->device(flow.from).server >= 0 &&
        topology_->device(flow.from).server == topology_->device(flow.to).server;
    for (std::uint64_t i = 0; i < kTries && !one_server; ++i) {
      Random random(mix(hash ^ i));
      const DeviceId middle = middles_[random.below(middles_.size())];
      if (over(flow, middle, random, links)) return;
    }
    links.clear();
    find_routes(*topology_, search_, flow);
    walk(*topology_, search_, flow, hash, by_hash, links);
  }

 private:
  // False if the route would pass a device twice, or a GPU though there are switches.
  bool over(const FlowEnds& flow, DeviceId middle, Random& random, std::vector<LinkId>& links) {
    links.clear();
    for (const auto& [from, to] : {std::pair(flow.from, middle), std::pair(middle, flow.to)}) {
      if (from == to) continue;
      const auto who = search_.find(from, to);
      if (!who || *who > most_) return false;
      walk(*topology_, search_, {.from = from, .to = to}, random.next(), by_hash, links);
    }
    std::vector<DeviceId> devices{flow.from};
    for (const LinkId link : links) devices.push_back(topology_->link(link).to);
    std::ranges::sort(devices);
    return std::ranges::adjacent_find(devices) == devices.end();
  }

  const Topology* topology_;
  std::uint64_t seed_;
  MinimalSearch search_;
  std::vector<DeviceId> middles_;
  Forwarders most_ = Forwarders::kNoGpus;
};

std::unique_ptr<RoutePlanner> make(const Topology& topology, const RoutingSettings& settings) {
  return std::make_unique<Valiant>(topology, settings);
}

const Registration<RoutingPolicy> registration{{
    .name = "valiant",
    .summary = "minimal routes to a random switch (where there is none, a random rank) and from it",
    .reference = "Valiant, A scheme for fast parallel communication, SIAM Journal on Computing "
                 "11(2), 1982; for dragonflies Kim et al., ISCA 2008, section 4.1",
    .make = make,
}};

}  // namespace
}  // namespace commsim::valiant
