// One route for each pair of ranks, the same in every run, spread over equal links by destination
// as the static tables of InfiniBand fabrics are (d mod k).
#include "topology/routing/route_walk.hpp"

namespace commsim::shortest {
namespace {

const Registration<RoutingPolicy> registration{{
    .name = "shortest",
    .summary = "the fewest links; the widest, then the least latency; equals by destination",
    .reference =
        "Zahavi, Johnson, Kerbyson and Lang, Optimized InfiniBand fat-tree routing for shift "
        "all-to-all communication patterns, CCPE 22(2), 2010 (d mod k)",
    .choose = by_destination,
}};

}  // namespace
}  // namespace commsim::shortest
