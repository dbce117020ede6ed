// Among the routes of the fewest links, the one whose links were added last.
#include <algorithm>

#include "topology/routing.hpp"

namespace commsim {
namespace {

LinkId choose(const Topology& /*topology*/, std::span<const LinkId> next, std::uint64_t /*hash*/) {
  return *std::max_element(next.begin(), next.end());
}

const Registration<RoutingPolicy> registration{{
    .name = "example_highest_link",
    .summary = "the fewest links; among equals the link that was added last",
    .reference = "the example of docs/extending.md",
    .choose = choose,
}};

}  // namespace
}  // namespace commsim
