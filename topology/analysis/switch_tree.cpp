#include "topology/analysis/switch_tree.hpp"

#include <algorithm>

namespace commsim {
namespace {

constexpr std::uint32_t kUnreached = UINT32_MAX;

// Links from each device to `root` at the fewest, through anything but GPUs and the switches and
// CPUs of servers that would join two of its GPUs.
std::vector<std::uint32_t> distances_to(const Topology& topology, DeviceId root) {
  std::vector<std::uint32_t> distance(topology.devices().size(), kUnreached);
  std::vector<DeviceId> open{root};
  distance[root] = 0;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const DeviceId device = open[i];
    if (device != root && topology.device(device).kind == DeviceKind::kGpu) continue;
    for (const LinkId id : topology.in_links(device)) {
      const DeviceId before = topology.link(id).from;
      if (distance[before] != kUnreached) continue;
      distance[before] = distance[device] + 1;
      open.push_back(before);
    }
  }
  return distance;
}

// The devices one link nearer to the root; the answer is in order of their ids.
std::vector<DeviceId> nearer(const Topology& topology, DeviceId device,
                             const std::vector<std::uint32_t>& distance) {
  std::vector<DeviceId> next;
  for (const LinkId id : topology.out_links(device)) {
    const DeviceId to = topology.link(id).to;
    if (distance[to] != kUnreached && distance[to] + 1 == distance[device]) next.push_back(to);
  }
  std::ranges::sort(next);
  next.erase(std::unique(next.begin(), next.end()), next.end());
  return next;
}

bool reduces(const Topology& topology, DeviceId device) {
  const Device& it = topology.device(device);
  return is_network_switch(it) && it.reduces;
}

std::optional<DeviceId> middle_switch(const Topology& topology, std::span<const Rank> ranks,
                                      std::size_t turn) {
  const DeviceId first = topology.device_of(ranks.front());
  const auto to_first = distances_to(topology, first);
  DeviceId farthest = first;
  for (const Rank rank : ranks) {
    const DeviceId device = topology.device_of(rank);
    if (to_first[device] == kUnreached) return std::nullopt;
    if (farthest == first || to_first[device] > to_first[farthest]) farthest = device;
  }
  const auto to_farthest = distances_to(topology, farthest);
  std::vector<DeviceId> best;
  std::uint32_t least = kUnreached;
  for (DeviceId d = 0; d < topology.devices().size(); ++d) {
    if (!reduces(topology, d) || to_first[d] == kUnreached || to_farthest[d] == kUnreached)
      continue;
    const std::uint32_t radius = std::max(to_first[d], to_farthest[d]);
    if (radius < least) best.clear();
    if (radius <= least) best.push_back(d);
    least = std::min(least, radius);
  }
  if (best.empty()) return std::nullopt;
  return best[turn % best.size()];
}

// The tree as parent pointers between devices, then without the nodes that pass one stream on.
class Builder {
 public:
  Builder(const Topology& topology, DeviceId root, std::size_t turn)
      : topology_(topology), turn_(turn), distance_(distances_to(topology, root)) {
    node_of_.assign(topology.devices().size(), -1);
    add(root, -1);
  }

  bool hang(Rank rank) {
    const DeviceId device = topology_.device_of(rank);
    if (distance_[device] == kUnreached) return false;
    const int node = node_above(device);
    tree_.nodes[static_cast<std::size_t>(node)].ranks.push_back(rank);
    return true;
  }

  SwitchTree finish() && {
    std::vector<int> children(tree_.nodes.size());
    for (const auto& node : tree_.nodes) {
      if (node.parent >= 0) ++children[static_cast<std::size_t>(node.parent)];
    }
    // A root above one switch and no rank has nothing to combine, and so has any other such node.
    SwitchTree lean;
    std::vector<int> place(tree_.nodes.size(), -1);
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) {
      auto& node = tree_.nodes[i];
      const int parent = node.parent < 0 ? -1 : place[static_cast<std::size_t>(node.parent)];
      if (children[i] + static_cast<int>(node.ranks.size()) < 2 && node.ranks.empty()) {
        place[i] = parent;
        continue;
      }
      place[i] = static_cast<int>(lean.nodes.size());
      node.parent = parent;
      lean.nodes.push_back(std::move(node));
    }
    return lean;
  }

 private:
  int add(DeviceId device, int parent) {
    node_of_[device] = static_cast<int>(tree_.nodes.size());
    tree_.nodes.push_back({.device = device, .parent = parent, .ranks = {}});
    return node_of_[device];
  }

  // The node of the first switch on the way from `device` to the root.
  int node_above(DeviceId device) {
    std::vector<DeviceId> way;  // switches without a node yet, the nearest first
    DeviceId at = device;
    do {
      const auto next = nearer(topology_, at, distance_);
      at = next[turn_ % next.size()];
      if (node_of_[at] < 0 && reduces(topology_, at)) way.push_back(at);
    } while (node_of_[at] < 0);
    int node = node_of_[at];
    std::reverse(way.begin(), way.end());
    for (const DeviceId reducing : way) node = add(reducing, node);
    return node;
  }

  const Topology& topology_;
  std::size_t turn_;
  std::vector<std::uint32_t> distance_;
  std::vector<int> node_of_;  // of each device; -1
  SwitchTree tree_;
};

}  // namespace

SwitchTree switch_tree(const Topology& topology, std::span<const Rank> ranks, std::size_t turn) {
  const auto root = middle_switch(topology, ranks, turn);
  if (!root) return {};
  Builder builder(topology, *root, turn);
  for (const Rank rank : ranks) {
    if (!builder.hang(rank)) return {};
  }
  return std::move(builder).finish();
}

std::optional<DeviceId> common_switch(const Topology& topology, std::span<const Rank> ranks) {
  // PCIe switches do not reduce.
  const auto fits = [&](LinkId id) { return topology.media()[topology.link(id).medium] != "pcie"; };
  const auto joins = [&](DeviceId hub, DeviceId gpu) {
    const auto out = topology.out_links(gpu);
    const auto in = topology.in_links(gpu);
    const auto to_hub = [&](LinkId id) { return topology.link(id).to == hub && fits(id); };
    const auto from_hub = [&](LinkId id) { return topology.link(id).from == hub && fits(id); };
    return std::ranges::any_of(out, to_hub) && std::ranges::any_of(in, from_hub);
  };
  for (const LinkId id : topology.out_links(topology.device_of(ranks.front()))) {
    const DeviceId hub = topology.link(id).to;
    const Device& device = topology.device(hub);
    if (device.kind != DeviceKind::kSwitch || device.server < 0 || !device.reduces) continue;
    const bool common =
        std::ranges::all_of(ranks, [&](Rank rank) { return joins(hub, topology.device_of(rank)); });
    if (common) return hub;
  }
  return std::nullopt;
}

}  // namespace commsim
