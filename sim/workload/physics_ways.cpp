#include "sim/workload/physics_ways.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "collectives/call_options.hpp"
#include "collectives/logarithm.hpp"
#include "core/error.hpp"
#include "core/seconds.hpp"
#include "topology/changed_links.hpp"

namespace commsim {
namespace physics_ways_of_nccl {
namespace {

constexpr std::string_view kRing = "ring";
constexpr std::string_view kSwitch = "nvls";

std::vector<std::string> algorithms_of(CollectiveKind kind, bool in_switch, int servers) {
  switch (kind) {
    case CollectiveKind::kAllReduce:
      if (in_switch) return {std::string(kSwitch)};
      if (servers > 1) return {std::string(kRing), std::string(kPhysicsTree)};
      return {std::string(kRing)};
    case CollectiveKind::kAllGather:
    case CollectiveKind::kReduceScatter:
      if (!in_switch) return {std::string(kRing)};
      if (servers == 1) return {std::string(kSwitch)};
      return {};
    case CollectiveKind::kBroadcast:
    case CollectiveKind::kReduce:
      if (in_switch) return {};
      return {"chain"};
    case CollectiveKind::kBarrier:
      throw RequestError("a barrier has no protocol that could be fitted");
    default:
      if (in_switch) return {};
      return {"direct"};
  }
}

bool can(const CollectiveCall& call, std::string_view algorithm) {
  constexpr Rank kLeastForSwitch = 3;
  if (algorithm == kSwitch && call.layout.ranks() < kLeastForSwitch) return false;
  try {
    find_algorithm(call.kind, algorithm).make(call);
    return true;
  } catch (const RequestError&) {
    return false;
  }
}

// How many pieces are under way at once when all links are busy.
int stages(const RankLayout& layout, std::string_view algorithm) {
  const int between = 2 * ceil_lg(static_cast<Rank>(layout.servers.size()));
  if (algorithm == kSwitch) return 2 + between;
  if (algorithm == kPhysicsTree) return 2 * (largest_server(layout) - 1) + between;
  return layout.ranks() - 1;
}

bool is_pipelined(std::string_view algorithm) {
  return algorithm != kRing && algorithm != "direct";
}

// Each tree of a channel has half of its share of the data.
int trees(const CollectiveCall& call, std::string_view algorithm) {
  return algorithm == kPhysicsTree ? 2 * channels_of(call, kMostChannels, "") : 1;
}

Bytes rounded_up(double bytes, Bytes element) {
  const auto whole = static_cast<std::int64_t>(std::ceil(bytes));
  return Bytes{(std::max<std::int64_t>(whole, 1) + element.count() - 1) / element.count() *
               element.count()};
}

Bandwidth scaled(Bandwidth bandwidth, double share) {
  return Bandwidth::bits_per_second(std::max<std::int64_t>(
      1, std::llround(static_cast<double>(bandwidth.bits_per_second()) * share)));
}

}  // namespace
}  // namespace physics_ways_of_nccl

using namespace physics_ways_of_nccl;

std::vector<PhysicsWay> physics_ways(const CollectiveCall& call, const Physics& physics,
                                     const std::string& only) {
  const auto servers = static_cast<int>(call.layout.servers.size());
  std::vector<PhysicsWay> ways;
  for (std::size_t protocol = 0; protocol < physics.protocols.size(); ++protocol) {
    for (const std::string& algorithm :
         algorithms_of(call.kind, physics.protocols[protocol].in_switch, servers)) {
      if (!only.empty() && algorithm != only) continue;
      if (can(call, algorithm)) ways.push_back({protocol, algorithm});
    }
  }
  return ways;
}

Topology without_latency(const Topology& topology, const RoutingPolicy& routing) {
  constexpr std::int64_t kNegligible = 1000;
  const bool by_latency = routing.name == "lowest_latency";
  return with_changed_links(topology, [&](LinkSpec& spec, std::string_view) {
    spec.latency = by_latency ? spec.latency / kNegligible : Duration{0};
  });
}

Topology physics_links(const Topology& topology, const Physics& physics, const PhysicsWay& way,
                       bool with_latency, const RoutingPolicy& routing) {
  const double share = way.algorithm == kPhysicsTree ? physics.tree.value : 1;
  Topology links = with_changed_links(topology, [&](LinkSpec& spec, std::string_view medium) {
    if (const LinkPhysics* link = physics.links(way.protocol, medium)) {
      spec.bandwidth = scaled(spec.bandwidth, link->efficiency.value * share);
      const double latency = link->latency.value + seconds(spec.latency) - link->reference;
      spec.latency = latency > 0 ? duration_of(latency) : Duration{0};
    }
  });
  return with_latency ? std::move(links) : without_latency(links, routing);
}

CollectiveCall physics_call(CollectiveCall call, const Physics& physics, const PhysicsWay& way) {
  call.size = rounded_up(static_cast<double>(call.size.count()), call.element);
  if (!is_pipelined(way.algorithm)) return call;
  const auto bytes = static_cast<double>(call.size.count());
  const ProtocolPhysics& protocol = physics.protocols[way.protocol];
  const double pieces = std::max(1.0, bytes / protocol.piece.value) +
                        (protocol.in_switch ? stages(call.layout, way.algorithm) : 0);
  call.chunk = rounded_up(bytes / trees(call, way.algorithm) / pieces, call.element);
  return call;
}

Duration physics_overhead(const CollectiveCall& call, const Physics& physics,
                          const PhysicsWay& way) {
  double seconds = physics.launch.value + physics.protocols[way.protocol].start.value;
  if (way.algorithm == kRing) {
    seconds += static_cast<double>(call.size.count()) / static_cast<double>(call.layout.ranks()) /
               physics.copy.value;
  }
  return duration_of(seconds);
}

Duration physics_transfer(CollectiveCall call, const PhysicsWay& way,
                          const std::function<Duration(const CollectiveCall&)>& simulated) {
  // A pipeline that has been full so many times takes as long for every further piece.
  constexpr std::int64_t kFullPipelines = 2;
  if (!call.chunk) return simulated(call);
  const Bytes piece = *call.chunk * trees(call, way.algorithm);
  const std::int64_t full = kFullPipelines * (stages(call.layout, way.algorithm) + 1);
  const std::int64_t pieces = (call.size.count() - 1) / piece.count() + 1;
  if (pieces <= 2 * full) return simulated(call);
  const double left = static_cast<double>(call.size.count()) / static_cast<double>(piece.count()) -
                      static_cast<double>(2 * full);
  call.size = piece * full;
  const Duration once = simulated(call);
  call.size = piece * (2 * full);
  const Duration twice = simulated(call);
  return twice + duration_of(seconds(twice - once) / static_cast<double>(full) * left);
}

std::vector<std::string> unfitted_media(const Physics& physics, const Topology& topology) {
  const auto& media = topology.media();
  // Links between switches are as they are, whoever sends.
  std::vector<bool> at_ends(media.size());
  for (const Link& link : topology.links()) {
    const bool between = is_network_switch(topology.device(link.from)) &&
                         is_network_switch(topology.device(link.to));
    if (!between) at_ends[link.medium] = true;
  }
  const auto has = [&](std::string_view medium) {
    return std::ranges::find(media, medium) != media.end();
  };
  const bool only_to_nics = has("network") && has("nvlink");
  std::vector<std::string> unfitted;
  for (std::size_t m = 0; m < media.size(); ++m) {
    bool fitted = true;
    for (std::size_t protocol = 0; protocol < physics.protocols.size(); ++protocol) {
      const LinkPhysics* link = physics.links(protocol, media[m]);
      fitted = fitted && link != nullptr && (link->latency.value > 0 || only_to_nics);
    }
    if (at_ends[m] && !fitted) unfitted.push_back(media[m]);
  }
  return unfitted;
}

}  // namespace commsim
