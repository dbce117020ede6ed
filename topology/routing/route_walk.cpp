#include "topology/routing/route_walk.hpp"

#include <algorithm>
#include <tuple>

namespace commsim {

LinkId by_destination(const RoutingChoice& choice) {
  if (choice.alike) return choice.next[choice.to % choice.next.size()];
  const auto quality = [&](LinkId id) {
    const Link& link = choice.topology.link(id);
    return std::tuple(-link.bandwidth.bits_per_second(), link.latency);
  };
  const auto best = quality(*std::ranges::min_element(choice.next, {}, quality));
  std::vector<LinkId> equals;
  std::ranges::copy_if(choice.next, std::back_inserter(equals),
                       [&](LinkId id) { return quality(id) == best; });
  std::ranges::sort(equals);
  return equals[choice.to % equals.size()];
}

LinkId by_hash(const RoutingChoice& choice) {
  return *std::ranges::max_element(
      choice.next, {}, [&](LinkId id) { return std::tuple(mix(choice.hash ^ mix(id)), id); });
}

std::size_t destination_number(const Topology& topology, DeviceId to) {
  const auto gpus = topology.gpus();
  if (to < gpus.size() && gpus[to] == to) return to;  // as no device stands before its number
  const auto gpu = std::ranges::lower_bound(gpus, to);
  return gpu != gpus.end() && *gpu == to ? static_cast<std::size_t>(gpu - gpus.begin()) : to;
}

bool lead_to_nics(const Topology& topology, std::span<const LinkId> links) {
  return std::ranges::all_of(links, [&](LinkId id) {
    return topology.device(topology.link(id).to).kind == DeviceKind::kNic;
  });
}

std::uint64_t flow_hash(std::uint64_t seed, const FlowEnds& flow) {
  const std::uint64_t ends = (std::uint64_t{flow.from} << 32U) | flow.to;
  return mix(mix(mix(seed) ^ ends) ^ flow.flow);
}

}  // namespace commsim
