// Several routes of a pair as one way that a message is spread over.
#pragma once

#include <span>
#include <vector>

#include "topology/routing.hpp"
#include "topology/routing/route_search.hpp"

namespace commsim {

/// All routes that `search` has found for `flow`: what a device gets is split evenly over its next
/// links. Shares are exact fractions as long as their denominators fit 2^40; past that the first
/// links of a device get one part in 2^40 more than the others. O(l log l) for l links.
PlannedRoute spread_evenly(const Topology& topology, RouteSearch& search, const FlowEnds& flow);

/// An equal part of the message on each of `routes`, which may meet or be the same.
/// REQUIRES: one at least; all of the same pair and of equally many links.
PlannedRoute spread_over(const std::vector<std::vector<LinkId>>& routes);

/// What a message gets that has all links to itself: the least of bandwidth / share, rounded down.
/// REQUIRES: a link at least; shares and whole as in PlannedRoute.
Bandwidth spread_bandwidth(const Topology& topology, std::span<const LinkId> links,
                           std::span<const std::int64_t> shares, std::int64_t whole);

/// Splits `amount` among parts in the proportion of `shares`, so that the parts add up to it and
/// each is off by less than one: hands them out one by one.
class Apportioner {
 public:
  /// REQUIRES: amount >= 0; the shares to come add up to `all` > 0.
  Apportioner(std::int64_t amount, std::int64_t all) : amount_(amount), all_(all) {}
  std::int64_t part(std::int64_t share);

 private:
  std::int64_t amount_;
  std::int64_t all_;
  std::int64_t shares_ = 0;  // that were served
  std::int64_t given_ = 0;
};

}  // namespace commsim
