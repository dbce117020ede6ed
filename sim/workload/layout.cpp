#include "sim/workload/layout.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "topology/analysis/fast_ring.hpp"
#include "topology/analysis/spanning_tree.hpp"
#include "topology/analysis/switch_tree.hpp"

namespace commsim {
namespace {

class LayoutReader {
 public:
  explicit LayoutReader(const Topology& topology) : topology_(topology) {
    result_.endpoints.assign(topology.ranks().begin(), topology.ranks().end());
  }

  LayoutOnTopology read() && {
    read_servers();
    read_pods();
    read_grid();
    if (topology_.rank_count() > 1 && topology_.rank_count() <= kMostSearchedRanks) {
      layout().ring = fast_ring(topology_);
      layout().spanning_tree = spanning_tree(topology_);
      read_server_switches();
      read_reduction_trees();
    }
    read_hosts();
    layout().helpers = static_cast<int>(result_.endpoints.size()) - topology_.rank_count();
    return std::move(result_);
  }

 private:
  RankLayout& layout() { return result_.layout; }

  // The participant that a device is; one device may be several, each with lanes of its own.
  Rank add_helper(DeviceId device) {
    if (result_.endpoints.size() >= TopologyBuilder::kMostRanks) {
      throw RequestError("the topology has too many ranks and hosts together");
    }
    result_.endpoints.push_back(device);
    return static_cast<Rank>(result_.endpoints.size() - 1);
  }

  void read_servers() {
    std::map<std::int32_t, std::vector<Rank>> by_server;
    std::map<std::int32_t, int> nics;
    auto nics_here = nics.end();  // devices of a server mostly stand together
    for (const Device& device : topology_.devices()) {
      if (device.kind != DeviceKind::kNic) continue;
      if (nics_here == nics.end() || nics_here->first != device.server) {
        nics_here = nics.try_emplace(device.server, 0).first;
      }
      ++nics_here->second;
    }
    auto here = by_server.end();
    for (Rank rank = 0; rank < topology_.rank_count(); ++rank) {
      const auto server = topology_.device(topology_.device_of(rank)).server;
      if (server < 0) {
        layout().servers.push_back({rank});
        continue;
      }
      if (here == by_server.end() || here->first != server) {
        here = by_server.try_emplace(server).first;
      }
      here->second.push_back(rank);
    }
    int rails = INT32_MAX;
    for (auto& [server, ranks] : by_server) {
      rails = std::min(rails, nics.contains(server) ? nics[server] : 1);
      layout().servers.push_back(std::move(ranks));
    }
    layout().rails = by_server.empty() ? 1 : rails;
  }

  void read_pods() {
    std::map<std::int32_t, std::vector<int>> pods;
    for (std::size_t s = 0; s < layout().servers.size(); ++s) {
      const auto& ranks = layout().servers[s];
      const std::int32_t pod = topology_.device(topology_.device_of(ranks.front())).pod;
      const bool whole = std::ranges::all_of(
          ranks, [&](Rank rank) { return topology_.device(topology_.device_of(rank)).pod == pod; });
      if (pod < 0 || !whole) return;
      pods[pod].push_back(static_cast<int>(s));
    }
    if (pods.size() < 2 || pods.size() == layout().servers.size()) return;
    for (auto& [pod, servers] : pods) layout().pods.push_back(std::move(servers));
  }

  void read_grid() {
    const Grid& grid = topology_.grid();
    if (grid.sides.empty() || topology_.ranks().size() != topology_.gpus().size()) return;
    std::map<DeviceId, Rank> rank_on;
    for (Rank r = 0; r < topology_.rank_count(); ++r) rank_on[topology_.device_of(r)] = r;
    layout().grid_sides.assign(grid.sides.begin(), grid.sides.end());
    for (const DeviceId gpu : topology_.gpus()) layout().grid_ranks.push_back(rank_on.at(gpu));
  }

  void read_server_switches() {
    for (const auto& ranks : layout().servers) {
      const auto hub = ranks.size() > 1 ? common_switch(topology_, ranks) : std::nullopt;
      layout().server_switches.push_back(hub ? add_helper(*hub) : -1);
    }
  }

  // Rail i holds the ranks whose number in their server is i mod rails.
  void read_reduction_trees() {
    if (layout().servers.size() < 2) return;
    std::size_t smallest = SIZE_MAX;
    for (const auto& ranks : layout().servers) smallest = std::min(smallest, ranks.size());
    const auto rails = std::min(static_cast<std::size_t>(layout().rails), smallest);
    std::vector<ReductionTree> trees;
    for (std::size_t rail = 0; rail < rails; ++rail) {
      std::vector<Rank> members;
      for (const auto& ranks : layout().servers) {
        for (std::size_t i = rail; i < ranks.size(); i += rails) members.push_back(ranks[i]);
      }
      SwitchTree found = switch_tree(topology_, members, rail);
      if (found.nodes.empty()) return;
      ReductionTree& tree = trees.emplace_back();
      for (auto& node : found.nodes) {
        tree.nodes.push_back({.participant = static_cast<Rank>(node.device),
                              .parent = node.parent,
                              .ranks = std::move(node.ranks)});
      }
    }
    // Helpers are added only now, when every rail has a tree.
    for (ReductionTree& tree : trees) {
      for (auto& node : tree.nodes) {
        node.participant = add_helper(static_cast<DeviceId>(node.participant));
      }
    }
    layout().reduction_trees = std::move(trees);
  }

  void read_hosts() {
    const auto is_host = [](const Device& device) { return device.kind == DeviceKind::kHost; };
    if (std::ranges::none_of(topology_.devices(), is_host)) return;
    std::set<std::int32_t> with_gpus;
    for (const DeviceId gpu : topology_.gpus()) {
      with_gpus.insert(topology_.device(gpu).server);
    }
    for (DeviceId id = 0; id < topology_.devices().size(); ++id) {
      const Device& device = topology_.device(id);
      if (device.kind != DeviceKind::kHost) continue;
      if (device.server >= 0 && with_gpus.contains(device.server)) continue;
      layout().hosts.push_back(add_helper(id));
    }
  }

  const Topology& topology_;
  LayoutOnTopology result_;
};

}  // namespace

LayoutOnTopology layout_of(const Topology& topology) { return LayoutReader(topology).read(); }

}  // namespace commsim
