#include "sim/workload/cluster.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "sim/workload/layout.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim {
namespace {

RankCut lone_rank(const LoneRanks& alone, Rank rank) {
  const auto [in, out] = alone.edge(rank);
  return {.ranks = {rank}, .bits_in = in, .bits_out = out};
}

// The servers that hold ranks, ascending.
std::vector<std::int32_t> servers_with_ranks(const Topology& topology) {
  std::vector<std::int32_t> servers;
  for (const DeviceId device : topology.ranks()) {
    const std::int32_t server = topology.device(device).server;
    if (server >= 0 && (servers.empty() || servers.back() != server)) servers.push_back(server);
  }
  std::ranges::sort(servers);
  servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
  return servers;
}

// By device: the place of its server among these, or their number.
std::vector<std::uint32_t> places_in(const std::vector<std::int32_t>& servers,
                                     const Topology& topology) {
  std::vector<std::uint32_t> places;
  places.reserve(topology.devices().size());
  std::optional<std::int32_t> last;
  for (const Device& device : topology.devices()) {
    if (device.server == last) {  // a server's devices mostly stand together
      places.push_back(places.back());
      continue;
    }
    last = device.server;
    const auto place = std::ranges::lower_bound(servers, device.server);
    const bool found = place != servers.end() && *place == device.server;
    places.push_back(static_cast<std::uint32_t>((found ? place : servers.end()) - servers.begin()));
  }
  return places;
}

// The edge of a server is every link between one of its devices and a device outside. A rank of no
// server is an island by itself, so that islands hold all ranks.
std::vector<RankCut> servers(const Topology& topology, const LoneRanks& alone) {
  const std::vector<std::int32_t> ids = servers_with_ranks(topology);
  const std::vector<std::uint32_t> places = places_in(ids, topology);
  std::vector<RankCut> parts(ids.size());
  std::vector<RankCut> islands;
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    const std::uint32_t place = places[topology.device_of(rank)];
    if (place == parts.size()) {
      islands.push_back(lone_rank(alone, rank));
    } else {
      parts[place].ranks.push_back(rank);
    }
  }
  if (parts.empty() || parts.size() + islands.size() < 2) return {};
  for (const Link& link : topology.links()) {
    const std::uint32_t from = places[link.from];
    const std::uint32_t to = places[link.to];
    if (from == to) continue;
    const auto bits = link.bandwidth.bits_per_second();
    if (from < parts.size()) parts[from].bits_out += bits;
    if (to < parts.size()) parts[to].bits_in += bits;
  }
  std::ranges::move(parts, std::back_inserter(islands));
  return islands;
}

// All servers, and ranks of none, that lie in the first half of the ranks.
RankCut first_half_of(const LoneRanks& alone, std::span<const RankCut> servers, Rank ranks) {
  RankCut half;
  const auto add = [&](const RankCut& island) {
    half.ranks.insert(half.ranks.end(), island.ranks.begin(), island.ranks.end());
    half.bits_in += island.bits_in;
    half.bits_out += island.bits_out;
  };
  for (const RankCut& server : servers) {
    if (server.ranks.back() < ranks / 2) add(server);
  }
  for (Rank rank = 0; servers.empty() && rank < ranks / 2; ++rank) add(lone_rank(alone, rank));
  return half;
}

RankCut first_half(const Topology& topology, const LoneRanks& alone,
                   std::span<const RankCut> servers) {
  if (topology.rank_count() > kMostCutRanks) {
    return first_half_of(alone, servers, topology.rank_count());
  }
  RankCut half;
  std::vector<Rank> rest;
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    (rank < topology.rank_count() / 2 ? half.ranks : rest).push_back(rank);
  }
  if (half.ranks.empty()) return half;
  half.bits_out = cut_bandwidth(topology, half.ranks, rest).bits_per_second();
  half.bits_in = cut_bandwidth(topology, rest, half.ranks).bits_per_second();
  return half;
}

// The part below one leaf, pod or group, which oversubscription cuts off; pods are mostly alike.
std::optional<RankCut> first_pod(const Topology& topology, const RankLayout& layout) {
  if (layout.pods.empty() || topology.rank_count() > kMostCutRanks) return std::nullopt;
  RankCut pod;
  for (const int server : layout.pods.front()) {
    const auto& ranks = layout.servers[static_cast<std::size_t>(server)];
    pod.ranks.insert(pod.ranks.end(), ranks.begin(), ranks.end());
  }
  std::ranges::sort(pod.ranks);
  std::vector<Rank> rest;
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    if (!std::ranges::binary_search(pod.ranks, rank)) rest.push_back(rank);
  }
  pod.bits_out = cut_bandwidth(topology, pod.ranks, rest).bits_per_second();
  pod.bits_in = cut_bandwidth(topology, rest, pod.ranks).bits_per_second();
  return pod;
}

// Whether the same devices are joined by links of the same bandwidths.
bool alike_but_for_latency(const Topology& a, const Topology& b) {
  const auto same_place = [](const Device& x, const Device& y) {
    return x.kind == y.kind && x.server == y.server && x.pod == y.pod;
  };
  const auto same_width = [](const Link& x, const Link& y) {
    return x.from == y.from && x.to == y.to && x.bandwidth == y.bandwidth;
  };
  return std::ranges::equal(a.devices(), b.devices(), same_place) &&
         std::ranges::equal(a.ranks(), b.ranks()) &&
         std::ranges::equal(a.links(), b.links(), same_width);
}

Cluster with_cuts_of(const Cluster& alike, Topology topology, LayoutOnTopology layout) {
  Cluster cluster{.layout = std::move(layout.layout),
                  .endpoints = std::move(layout.endpoints),
                  .alone = alike.alone,
                  .servers = alike.servers,
                  .half = alike.half,
                  .worst_cuts = alike.worst_cuts,
                  .latency_diameter = latency_diameter(topology)};
  cluster.topology = std::move(topology);
  return cluster;
}

}  // namespace

Cluster make_cluster(Topology topology, const Cluster* alike) {
  LayoutOnTopology layout = layout_of(topology);
  if (alike != nullptr && alike_but_for_latency(alike->topology, topology)) {
    return with_cuts_of(*alike, std::move(topology), std::move(layout));
  }
  Cluster cluster{.layout = std::move(layout.layout),
                  .endpoints = std::move(layout.endpoints),
                  .alone = LoneRanks(topology),
                  .worst_cuts = worst_cuts(topology),
                  .latency_diameter = latency_diameter(topology)};
  cluster.servers = servers(topology, cluster.alone);
  cluster.half = first_half(topology, cluster.alone, cluster.servers);
  if (auto pod = first_pod(topology, cluster.layout)) {
    cluster.worst_cuts.push_back(*std::move(pod));
  }
  cluster.topology = std::move(topology);
  return cluster;
}

}  // namespace commsim
