// A real InfiniBand fabric, as ibnetdiscover prints it, with a GPU behind each channel adapter.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "topology/config_links.hpp"
#include "topology/import/ib_fabric.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::ibnetdiscover {
namespace {

struct Keys {
  Duration latency{0};
  LinkSpec gpu_nic;
  std::optional<LinkSpec> gpu_link;
};

// As people order names: node2 before node10.
struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    return strverscmp(a.c_str(), b.c_str()) < 0;
  }
};

// Adapters by their description ("HCA-1", "mlx5_0"), then by where they stand in the file.
using Adapters = std::multimap<std::string, std::size_t, NaturalOrder>;
using Hosts = std::map<std::string, Adapters, NaturalOrder>;

// What switches reduce with; it has a port like an adapter, and no host.
bool is_aggregation_node(const IbFabric::Node& node) {
  return !node.is_switch && node.description.find("Aggregation Node") != std::string::npos;
}

// The last word of "node1 HCA-1" or "node1 mlx5_0" is the adapter. Other descriptions have none.
std::size_t adapter_begin(std::string_view description) {
  const std::size_t blank = description.find_last_of(' ');
  if (blank == std::string_view::npos || blank == 0) return description.size();
  const std::string_view last = description.substr(blank + 1);
  const bool known = last.starts_with("HCA") || last.starts_with("mlx");
  return known ? blank : description.size();
}

Hosts hosts_of(const IbFabric& fabric) {
  Hosts hosts;
  for (std::size_t i = 0; i < fabric.nodes.size(); ++i) {
    const IbFabric::Node& node = fabric.nodes[i];
    if (node.is_switch || is_aggregation_node(node)) continue;
    const std::string& name = node.description.empty() ? node.id : node.description;
    const std::size_t cut = adapter_begin(name);
    hosts[name.substr(0, cut)].emplace(name.substr(cut), i);
  }
  return hosts;
}

class FabricBuilder {
 public:
  FabricBuilder(const IbFabric& fabric, const Keys& keys)
      : fabric_(fabric),
        keys_(keys),
        devices_(fabric.nodes.size()),
        leaf_(fabric.nodes.size(), -1) {}

  Topology build() {
    const Hosts hosts = hosts_of(fabric_);
    builder_.reserve(size_of(hosts));
    add_gpus(hosts);
    add_switches();
    add_nics(hosts);
    for (const IbFabric::Cable& cable : fabric_.cables) add_cable(cable);
    set_pods(hosts);
    return std::move(builder_).seal();
  }

 private:
  [[nodiscard]] TopologySize size_of(const Hosts& hosts) const {
    std::int64_t adapters = 0;
    for (const auto& [name, of_host] : hosts) adapters += static_cast<std::int64_t>(of_host.size());
    return {.ranks = adapters,
            .devices = adapters + static_cast<std::int64_t>(fabric_.nodes.size() + hosts.size()),
            .links = 4 * adapters + 2 * static_cast<std::int64_t>(fabric_.cables.size())};
  }

  void add_gpus(const Hosts& hosts) {
    std::int32_t server = 0;
    for (const auto& [host, adapters] : hosts) {
      for (std::size_t i = 0; i < adapters.size(); ++i) {
        gpus_.push_back(
            builder_.add_device(DeviceKind::kGpu, fmt::format("{}.gpu{}", host, i), server));
      }
      ++server;
    }
  }

  void add_switches() {
    switches_from_ = static_cast<DeviceId>(gpus_.size());
    for (std::size_t i = 0; i < fabric_.nodes.size(); ++i) {
      if (!fabric_.nodes[i].is_switch) continue;
      devices_[i] = builder_.add_device(DeviceKind::kSwitch, fabric_.nodes[i].id);
    }
  }

  void add_nics(const Hosts& hosts) {
    std::size_t gpu = 0;
    std::int32_t server = 0;
    for (const auto& [host, adapters] : hosts) {
      std::optional<DeviceId> inner;
      if (keys_.gpu_link) {
        inner = builder_.add_device(DeviceKind::kSwitch, host + ".nvswitch", server);
      }
      std::size_t number = 0;
      for (const auto& [adapter, node] : adapters) {
        devices_[node] =
            builder_.add_device(DeviceKind::kNic, fmt::format("{}.nic{}", host, number++), server);
        builder_.add_cable(gpus_[gpu], devices_[node], keys_.gpu_nic, "pcie");
        if (inner) builder_.add_cable(gpus_[gpu], *inner, *keys_.gpu_link, "nvlink");
        ++gpu;
      }
      ++server;
    }
  }

  void add_cable(const IbFabric::Cable& cable) {
    const IbFabric::Node& a = fabric_.nodes[cable.a];
    const IbFabric::Node& b = fabric_.nodes[cable.b];
    if (is_aggregation_node(a) || is_aggregation_node(b)) return;
    note_leaf(cable.a, cable.b);
    note_leaf(cable.b, cable.a);
    const LinkSpec spec{.bandwidth = cable.bandwidth, .latency = keys_.latency};
    builder_.add_cable(devices_[cable.a], devices_[cable.b], spec,
                       a.is_switch && b.is_switch ? "spine" : "network");
  }

  // A host whose adapters all hang on one switch is in the pod of that switch.
  void set_pods(const Hosts& hosts) {
    std::size_t gpu = 0;
    for (const auto& [host, adapters] : hosts) {
      const std::int32_t pod = leaf_[adapters.begin()->second];
      const bool shared = std::ranges::all_of(
          adapters, [&](const auto& adapter) { return leaf_[adapter.second] == pod; });
      for (const auto& [adapter, node] : adapters) {
        const DeviceId device = gpus_[gpu++];
        if (!shared) continue;
        builder_.set_pod(device, pod);
        builder_.set_pod(devices_[node], pod);
      }
    }
  }

  void note_leaf(std::size_t adapter, std::size_t other) {
    if (!fabric_.nodes[other].is_switch) return;
    leaf_[adapter] = static_cast<std::int32_t>(devices_[other] - switches_from_);
  }

  const IbFabric& fabric_;
  const Keys& keys_;
  TopologyBuilder builder_;
  std::vector<DeviceId> devices_;   // of each node of the fabric
  std::vector<std::int32_t> leaf_;  // of each adapter, the number of its (last) switch
  std::vector<DeviceId> gpus_;
  DeviceId switches_from_ = 0;
};

std::optional<Topology> build(ConfigReader& section) {
  const auto file = section.file("file");
  if (!file) section.missing("file");
  Keys keys;
  keys.latency = section.duration("latency").value_or(Duration{0});
  keys.gpu_nic = read_link(section, "gpu_nic");
  if (section.raw("gpu_link") != nullptr) keys.gpu_link = read_link(section, "gpu_link");
  if (!file || section.failed()) return std::nullopt;
  const auto fabric = section.checked("file", [&] { return read_ib_fabric(*file); });
  if (!fabric) return std::nullopt;
  return FabricBuilder(*fabric, keys).build();
}

const Registration<TopologyKind> registration{{
    .name = "ibnetdiscover",
    .summary = "an InfiniBand fabric as ibnetdiscover prints it, a GPU behind each adapter",
    .reference = "ibnetdiscover(8), topology file format; data rates: InfiniBand Trade "
                 "Association, InfiniBand roadmap",
    .build = build,
}};

}  // namespace
}  // namespace commsim::ibnetdiscover
