// Equal-cost multi-path: switches hash each flow onto one of the links, so flows spread and
// sometimes collide, as they do on real fabrics. With several connections a message is spread over
// as many flows.
#include "topology/routing/route_walk.hpp"

namespace commsim::ecmp {
namespace {

const Registration<RoutingPolicy> registration{{
    .name = "ecmp",
    .summary = "the fewest links; each flow is hashed, with the seed, onto one of the next links",
    .reference = "RFC 2992 and RFC 2991 (highest random weight); Thaler and Ravishankar, IEEE/ACM "
                 "Transactions on Networking 6(1), 1998",
    .choose = by_hash,
    .connects = true,
}};

}  // namespace
}  // namespace commsim::ecmp
