#include "topology/analysis/spanning_tree.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>
#include <map>
#include <queue>
#include <tuple>

#include "core/error.hpp"

namespace commsim {
namespace {

using RankGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                          boost::property<boost::edge_weight_t, std::int64_t>>;

constexpr std::int64_t kFar = INT64_MAX / 4;

struct Near {
  std::int64_t distance = kFar;
  Rank rank = -1;
};

// What a cable costs: the dearer direction between two devices, the cheapest of parallel links.
class CableCosts {
 public:
  CableCosts(const Topology& topology, Bytes message) {
    for (const Link& link : topology.links()) {
      const Duration time = message / link.bandwidth + link.latency;
      auto& least = one_way_.try_emplace({link.from, link.to}, kFar).first->second;
      least = std::min<std::int64_t>({least, time.count(), kFar});
    }
  }
  // kFar if there is no way back.
  [[nodiscard]] std::int64_t cost(const Link& link) const {
    const auto back = one_way_.find({link.to, link.from});
    if (back == one_way_.end()) return kFar;
    return std::max(back->second, one_way_.find({link.from, link.to})->second);
  }

 private:
  std::map<std::pair<DeviceId, DeviceId>, std::int64_t> one_way_;
};

// The nearest rank of every device. Boost's Dijkstra starts from one vertex; here all ranks do.
std::vector<Near> nearest_ranks(const Topology& topology, const CableCosts& costs) {
  std::vector<Near> near(topology.devices().size());
  using Entry = std::tuple<std::int64_t, Rank, DeviceId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  for (Rank r = 0; r < topology.rank_count(); ++r) {
    open.emplace(0, r, topology.device_of(r));
  }
  while (!open.empty()) {
    const auto [distance, rank, device] = open.top();
    open.pop();
    if (near[device].rank >= 0) continue;
    near[device] = {.distance = distance, .rank = rank};
    for (const LinkId id : topology.out_links(device)) {
      const Link& link = topology.link(id);
      if (near[link.to].rank < 0) {
        open.emplace(std::min(distance + costs.cost(link), kFar), rank, link.to);
      }
    }
  }
  return near;
}

}  // namespace

std::vector<Rank> spanning_tree(const Topology& topology, Bytes message) {
  const CableCosts costs(topology, message);
  const std::vector<Near> near = nearest_ranks(topology, costs);
  std::map<std::pair<Rank, Rank>, std::int64_t> candidates;
  for (const Link& link : topology.links()) {
    const Near& a = near[link.from];
    const Near& b = near[link.to];
    if (a.rank < 0 || b.rank < 0 || a.rank >= b.rank) continue;
    const std::int64_t cost = std::min(a.distance + costs.cost(link) + b.distance, kFar);
    auto& least = candidates.try_emplace({a.rank, b.rank}, cost).first->second;
    least = std::min(least, cost);
  }
  RankGraph graph(topology.ranks().size());
  for (const auto& [ends, cost] : candidates) {
    boost::add_edge(static_cast<std::size_t>(ends.first), static_cast<std::size_t>(ends.second),
                    cost, graph);
  }
  std::vector<boost::graph_traits<RankGraph>::edge_descriptor> edges;
  boost::kruskal_minimum_spanning_tree(graph, std::back_inserter(edges));
  ensure(edges.size() + 1 == topology.ranks().size(), "a sealed topology has a spanning tree");

  std::vector<std::vector<Rank>> neighbours(topology.ranks().size());
  for (const auto& edge : edges) {
    const auto a = source(edge, graph);
    const auto b = target(edge, graph);
    neighbours[a].push_back(static_cast<Rank>(b));
    neighbours[b].push_back(static_cast<Rank>(a));
  }
  std::vector<Rank> parents(topology.ranks().size(), -1);
  std::vector<Rank> open{0};
  while (!open.empty()) {
    const Rank rank = open.back();
    open.pop_back();
    for (const Rank next : neighbours[static_cast<std::size_t>(rank)]) {
      if (next == parents[static_cast<std::size_t>(rank)]) continue;
      parents[static_cast<std::size_t>(next)] = rank;
      open.push_back(next);
    }
  }
  return parents;
}

}  // namespace commsim
