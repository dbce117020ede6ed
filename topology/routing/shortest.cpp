// One route for each pair of ranks, the same in every run, spread over equal links by destination
// as the static tables of InfiniBand fabrics are (d mod k).
#include <algorithm>
#include <tuple>
#include <vector>

#include "topology/routing.hpp"

namespace commsim {
namespace {

LinkId choose(const RoutingChoice& choice) {
  const auto quality = [&](LinkId id) {
    const Link& link = choice.topology.link(id);
    return std::tuple(-link.bandwidth.bits_per_second(), link.latency);
  };
  const auto best = quality(*std::ranges::min_element(choice.next, {}, quality));
  std::vector<LinkId> equals;
  std::ranges::copy_if(choice.next, std::back_inserter(equals),
                       [&](LinkId id) { return quality(id) == best; });
  std::ranges::sort(equals);
  return equals[static_cast<std::size_t>(choice.to) % equals.size()];
}

const Registration<RoutingPolicy> registration{{
    .name = "shortest",
    .summary = "the fewest links; the widest, then the least latency; equals by destination",
    .reference =
        "Zahavi, Johnson, Kerbyson and Lang, Optimized InfiniBand fat-tree routing for shift "
        "all-to-all communication patterns, CCPE 22(2), 2010 (d mod k)",
    .choose = choose,
}};

}  // namespace
}  // namespace commsim
