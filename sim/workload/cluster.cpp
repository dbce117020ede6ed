#include "sim/workload/cluster.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "sim/workload/layout.hpp"
#include "topology/analysis/metrics.hpp"

namespace commsim {
namespace {

std::vector<RankCut> lone_ranks(const Topology& topology) {
  std::vector<RankCut> islands;
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    RankCut& island = islands.emplace_back();
    island.ranks = {rank};
    const DeviceId device = topology.device_of(rank);
    for (const LinkId id : topology.in_links(device)) {
      island.bits_in += topology.link(id).bandwidth.bits_per_second();
    }
    for (const LinkId id : topology.out_links(device)) {
      island.bits_out += topology.link(id).bandwidth.bits_per_second();
    }
  }
  return islands;
}

// The edge of a server is every link between one of its devices and a device outside. A rank of no
// server is an island by itself, so that islands hold all ranks.
std::vector<RankCut> servers(const Topology& topology, const std::vector<RankCut>& alone) {
  std::map<std::int32_t, RankCut> by_server;
  std::vector<RankCut> islands;
  for (Rank rank = 0; rank < topology.rank_count(); ++rank) {
    const auto server = topology.device(topology.device_of(rank)).server;
    if (server < 0) {
      islands.push_back(alone[static_cast<std::size_t>(rank)]);
    } else {
      by_server[server].ranks.push_back(rank);
    }
  }
  if (by_server.empty() || by_server.size() + islands.size() < 2) return {};
  for (const Link& link : topology.links()) {
    const auto from = topology.device(link.from).server;
    const auto to = topology.device(link.to).server;
    if (from == to) continue;
    const auto bits = link.bandwidth.bits_per_second();
    if (const auto out = by_server.find(from); out != by_server.end()) out->second.bits_out += bits;
    if (const auto in = by_server.find(to); in != by_server.end()) in->second.bits_in += bits;
  }
  for (auto& [server, island] : by_server) islands.push_back(std::move(island));
  return islands;
}

// All servers, and ranks of none, that lie in the first half of the ranks.
RankCut first_half_of(std::span<const RankCut> islands, Rank ranks) {
  RankCut half;
  for (const RankCut& island : islands) {
    if (island.ranks.back() >= ranks / 2) continue;
    half.ranks.insert(half.ranks.end(), island.ranks.begin(), island.ranks.end());
    half.bits_in += island.bits_in;
    half.bits_out += island.bits_out;
  }
  return half;
}

RankCut first_half(const Topology& topology, std::span<const RankCut> islands) {
  if (topology.rank_count() > kMostCutRanks) return first_half_of(islands, topology.rank_count());
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
                  .alone = lone_ranks(topology),
                  .worst_cuts = worst_cuts(topology),
                  .latency_diameter = latency_diameter(topology)};
  cluster.servers = servers(topology, cluster.alone);
  cluster.half = first_half(topology, cluster.servers.empty() ? cluster.alone : cluster.servers);
  if (auto pod = first_pod(topology, cluster.layout)) {
    cluster.worst_cuts.push_back(*std::move(pod));
  }
  cluster.topology = std::move(topology);
  return cluster;
}

}  // namespace commsim
