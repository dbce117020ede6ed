// Equal-cost multipath: each device hashes a flow onto one of its next links, so flows spread and
// sometimes collide, as they do on real fabrics.
#include <algorithm>
#include <tuple>

#include "core/random.hpp"
#include "topology/routing.hpp"

namespace commsim {
namespace {

// The link with the highest hash of its own: uniform, independent of order, and few flows move when
// a link goes away (highest random weight, RFC 2991 section 4.2).
LinkId choose(const RoutingChoice& choice) {
  return *std::ranges::max_element(
      choice.next, {}, [&](LinkId id) { return std::tuple(mix(choice.hash ^ mix(id)), id); });
}

const Registration<RoutingPolicy> registration{{
    .name = "ecmp",
    .summary = "the fewest links; each flow is hashed, with the seed, onto one of the next links",
    .reference = "RFC 2992 and RFC 2991 (highest random weight); Thaler and Ravishankar, IEEE/ACM "
                 "Transactions on Networking 6(1), 1998",
    .choose = choose,
}};

}  // namespace
}  // namespace commsim
