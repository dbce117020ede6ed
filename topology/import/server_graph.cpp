#include "topology/import/server_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace commsim {
namespace {

using Index = ServerGraph::Index;

class GraphPlan final : public ServerPlan {
 public:
  explicit GraphPlan(ServerGraph graph) : graph_(std::move(graph)) {}

  [[nodiscard]] int gpus() const override { return static_cast<int>(graph_.gpus.size()); }
  [[nodiscard]] int nics() const override { return static_cast<int>(graph_.nics.size()); }
  [[nodiscard]] ServerFacts facts() const override { return graph_.facts; }
  [[nodiscard]] LinkSpec cable(int nic) const override {
    return graph_.nics[static_cast<std::size_t>(nic)].cable;
  }

  [[nodiscard]] TopologySize size(bool networked) const override {
    const auto nodes = std::ranges::count_if(
        graph_.nodes, [&](const auto& node) { return networked || node.kind != DeviceKind::kNic; });
    const auto cables = std::ranges::count_if(
        graph_.cables, [&](const auto& cable) { return networked || !enters_nic(cable); });
    return {.ranks = gpus(), .devices = nodes, .links = 2 * cables};
  }

  BuiltServer build(TopologyBuilder& builder, std::int32_t index, bool networked) const override {
    std::vector<DeviceId> ids(graph_.nodes.size());
    const auto add = [&](Index node) {
      const auto& [kind, name, reduces] = graph_.nodes[node];
      ids[node] = builder.add_device(kind, fmt::format("s{}.{}", index, name), index);
      builder.set_reduces(ids[node], reduces);
      return ids[node];
    };
    BuiltServer built;
    for (const Index gpu : graph_.gpus) built.gpus.push_back(add(gpu));
    for (Index node = 0; node < graph_.nodes.size(); ++node) {
      const DeviceKind kind = graph_.nodes[node].kind;
      if (kind != DeviceKind::kGpu && kind != DeviceKind::kNic) add(node);
    }
    if (networked) {
      for (const auto& port : graph_.nics) built.nics.push_back(add(port.nic));
    }
    for (const auto& cable : graph_.cables) {
      if (!networked && enters_nic(cable)) continue;
      builder.add_cable(ids[cable.a], ids[cable.b], cable.spec, cable.medium);
    }
    return built;
  }

 private:
  [[nodiscard]] bool enters_nic(const ServerGraph::Cable& cable) const {
    return graph_.nodes[cable.a].kind == DeviceKind::kNic ||
           graph_.nodes[cable.b].kind == DeviceKind::kNic;
  }

  ServerGraph graph_;
};

}  // namespace

Index ServerGraph::add(DeviceKind kind, std::string name) {
  nodes.push_back({.kind = kind, .name = std::move(name)});
  return static_cast<Index>(nodes.size() - 1);
}

void ServerGraph::join(Index a, Index b, LinkSpec spec, std::string_view medium) {
  cables.push_back({.a = a, .b = b, .spec = spec, .medium = medium});
}

std::unique_ptr<ServerPlan> plan_server(ServerGraph graph) {
  return std::make_unique<GraphPlan>(std::move(graph));
}

LinkKeys read_link_keys(ConfigReader& section, std::string_view key) {
  ConfigReader link = section.section(key);
  LinkKeys keys;
  keys.bandwidth = link.bandwidth("bandwidth");
  keys.latency = link.duration("latency");
  return keys;
}

std::optional<bool> read_nvls(ConfigReader& section) {
  const auto word = section.word("nvls", {"true", "false"});
  return word ? std::optional(*word == "true") : std::nullopt;
}

LinkSpec bundle(LinkSpec one, std::int64_t count) {
  constexpr std::int64_t kMost = 10'000'000'000'000'000;  // as in texts
  std::int64_t bits = 0;
  if (__builtin_mul_overflow(one.bandwidth.bits_per_second(), count, &bits) || bits > kMost) {
    throw RequestError(
        fmt::format("{} links of {} are more than 10 Pb/s", count, to_text(one.bandwidth)));
  }
  return {.bandwidth = Bandwidth::bits_per_second(bits), .latency = one.latency};
}

}  // namespace commsim
