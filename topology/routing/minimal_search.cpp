#include "topology/routing/minimal_search.hpp"

#include <algorithm>

namespace commsim {
namespace {

std::int64_t global_links(const Topology& topology, const Link& link) {
  return topology.media()[link.medium] == kGlobalMedium ? 1 : 0;
}

}  // namespace

MinimalSearch::MinimalSearch(const Topology& topology) {
  if (std::ranges::find(topology.media(), kGlobalMedium) != topology.media().end()) {
    by_cost_.emplace(topology, global_links);
  } else {
    fewest_.emplace(topology);
  }
}

}  // namespace commsim
