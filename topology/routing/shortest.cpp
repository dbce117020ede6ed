// One route for each pair of ranks, the same in every run.
#include <algorithm>
#include <tuple>

#include "topology/routing.hpp"

namespace commsim {
namespace {

LinkId choose(const Topology& topology, std::span<const LinkId> next, std::uint64_t /*hash*/) {
  const auto order = [&](LinkId id) {
    const Link& link = topology.link(id);
    return std::tuple(-link.bandwidth.bits_per_second(), link.latency, id);
  };
  return *std::ranges::min_element(next, {}, order);
}

const Registration<RoutingPolicy> registration{{
    .name = "shortest",
    .summary =
        "the fewest links; at each device the widest, then the least latency, then the first",
    .reference = "Breadth-first search, Moore 1959; single-path routing as in RFC 2328 (OSPF)",
    .choose = choose,
}};

}  // namespace
}  // namespace commsim
