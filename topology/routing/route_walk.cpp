#include "topology/routing/route_walk.hpp"

#include <algorithm>
#include <tuple>

namespace commsim {

LinkId by_destination(const RoutingChoice& choice) {
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
  const auto gpu = std::ranges::lower_bound(gpus, to);
  return gpu != gpus.end() && *gpu == to ? static_cast<std::size_t>(gpu - gpus.begin()) : to;
}

std::size_t turn_of(const Topology& topology, const FlowEnds& flow) {
  if (flow.flow == 0) return 0;
  const std::int32_t server = topology.device(flow.from).server;
  if (server < 0) return 0;
  const auto gpus = topology.gpus();
  const auto elsewhere = [&](DeviceId gpu) { return topology.device(gpu).server != server; };
  const auto first = std::ranges::lower_bound(gpus, flow.from);
  if (first == gpus.end() || *first != flow.from) return 0;
  const auto end = std::find_if(first, gpus.end(), elsewhere);
  const auto begin = std::find_if(std::make_reverse_iterator(first), gpus.rend(), elsewhere).base();
  return flow.flow / static_cast<std::size_t>(end - begin);
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
