// Among the routes of the fewest links, the one whose links were added last.
#include <algorithm>

#include "topology/routing.hpp"

namespace commsim::highest_link {
namespace {

LinkId choose(const RoutingChoice& choice) {
  return *std::max_element(choice.next.begin(), choice.next.end());
}

const Registration<RoutingPolicy> registration{{
    .name = "example_highest_link",
    .summary = "the fewest links; among equals the link that was added last",
    .reference = "the example of docs/extending.md",
    .choose = choose,
}};

}  // namespace
}  // namespace commsim::highest_link
