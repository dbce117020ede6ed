#include "topology/analysis/ecmp_imbalance.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "topology/routing.hpp"

namespace commsim {
namespace {

constexpr std::size_t kMostPatterns = 100;
constexpr std::size_t kMostFlows = std::size_t{1} << 15U;  // each is routed twice

// A cycle through all devices in random order (Sattolo, A random permutation...: each device swaps
// with an earlier one), so that none sends to itself.
std::vector<DeviceId> random_cycle(std::vector<DeviceId> devices, Random& random) {
  for (std::size_t i = devices.size() - 1; i > 0; --i) {
    std::swap(devices[i], devices[random.below(i)]);
  }
  return devices;
}

std::vector<DeviceId> senders(const Topology& topology) {
  const auto ranks = topology.ranks();
  const std::size_t count = std::min(ranks.size(), kMostFlows);
  std::vector<DeviceId> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(ranks[i * ranks.size() / count]);
  return chosen;
}

// What flows of one unit each put on the links.
class Loads {
 public:
  Loads(const Topology& topology, std::string_view policy)
      : topology_(&topology),
        router_(topology, Registry<RoutingPolicy>::get(policy, "routing policy"), {}),
        loads_(topology.links().size()) {}

  // Whether the flow has several routes.
  bool add(const FlowEnds& flow) {
    const PlannedRoute& route = router_.routes(flow).front();
    for (std::size_t i = 0; i < route.links.size(); ++i) {
      const double share = route.shares.empty() ? 1
                                                : static_cast<double>(route.shares[i]) /
                                                      static_cast<double>(route.whole);
      loads_[route.links[i]] +=
          share / topology_->link(route.links[i]).bandwidth.bytes_per_second();
    }
    return route.whole > 1;
  }
  // The load of the busiest link; then all loads are gone.
  double take_busiest() {
    const double most = *std::ranges::max_element(loads_);
    std::ranges::fill(loads_, 0);
    return most;
  }

 private:
  const Topology* topology_;
  Router router_;
  std::vector<double> loads_;
};

}  // namespace

std::optional<EcmpImbalance> ecmp_imbalance(const Topology& topology) {
  const std::vector<DeviceId> devices = senders(topology);
  if (devices.size() < 2) return std::nullopt;
  EcmpImbalance result{.mean = 0,
                       .patterns = static_cast<std::int64_t>(
                           std::clamp(kMostFlows / devices.size(), std::size_t{1}, kMostPatterns))};
  Loads hashed(topology, "ecmp");
  Loads even(topology, "spray");
  Random random(1);
  bool several = false;
  for (std::int64_t pattern = 0; pattern < result.patterns; ++pattern) {
    const auto cycle = random_cycle(devices, random);
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      // Another number of the flow is another hash.
      const FlowEnds flow{.from = cycle[i],
                          .to = cycle[(i + 1) % cycle.size()],
                          .flow = static_cast<std::uint32_t>(pattern)};
      hashed.add(flow);
      several |= even.add(flow);
    }
    const double ratio = hashed.take_busiest() / even.take_busiest();
    result.mean += ratio / static_cast<double>(result.patterns);
    result.worst = std::max(result.worst, ratio);
  }
  if (!several) return std::nullopt;
  return result;
}

}  // namespace commsim
