// One route out of all that a search has found: along next links, with a choice at each device.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "topology/routing.hpp"
#include "topology/routing/route_search.hpp"

namespace commsim {

/// How a policy chooses next links.
using LinkChoice = LinkId (*)(const RoutingChoice& choice);

/// The widest link, then the least latency; equals are taken in turn by RoutingChoice::to, as the
/// static tables of InfiniBand fabrics do (d mod k).
LinkId by_destination(const RoutingChoice& choice);

/// The link with the highest hash of its own: uniform, independent of order, and few flows move
/// when a link goes away (highest random weight, RFC 2991 section 4.2).
LinkId by_hash(const RoutingChoice& choice);

/// RoutingChoice::to of a device. O(log GPUs).
std::size_t destination_number(const Topology& topology, DeviceId to);

/// A well-mixed hash of the seed and the flow.
std::uint64_t flow_hash(std::uint64_t seed, const FlowEnds& flow);

/// Lets `search`, a RouteSearch or the like, find the routes of a flow; throws RequestError if
/// there is none.
template <typename Search>
void find_routes(const Topology& topology, Search& search, const FlowEnds& flow) {
  if (!search.find(flow.from, flow.to)) refuse_unreachable(topology, flow.from, flow.to);
}

/// Whether all of these links lead to NICs.
bool lead_to_nics(const Topology& topology, std::span<const LinkId> links);

/// Appends the links of one of the routes that `search` has found for `flow`. Which of several NICs
/// a flow uses is not the network's choice but that of the ends: the flows of a pair take one after
/// the other, as the channels of NCCL do.
template <typename Search>
void walk(const Topology& topology, Search& search, const FlowEnds& flow, std::uint64_t hash,
          LinkChoice choose, std::vector<LinkId>& links) {
  const std::size_t to = destination_number(topology, flow.to);
  for (DeviceId at = flow.from; at != flow.to; at = topology.link(links.back()).to) {
    const std::span<const LinkId> next = search.next(at);
    if (next.size() == 1) {
      links.push_back(next.front());
      continue;
    }
    bool alike = false;
    if constexpr (requires { search.alike(); }) alike = search.alike();
    const bool of_ends = lead_to_nics(topology, next);
    links.push_back(of_ends ? by_destination({topology, next, to + flow.turn, 0, alike})
                            : choose({topology, next, to, mix(hash ^ at), alike}));
  }
}

}  // namespace commsim
