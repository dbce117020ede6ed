// Servers of GPUs joined by a network, the shape of most training clusters.
//
// GPU g of a server stands behind NIC floor(g * nics / gpus), so neighbouring GPUs share a NIC if
// there are fewer NICs; if there are more, NIC n stands behind GPU floor(n * gpus / nics).
#include <fmt/format.h>

#include <cmath>

#include "topology/config_links.hpp"
#include "topology/fabric.hpp"
#include "topology/preset.hpp"
#include "topology/topology_kind.hpp"

namespace commsim {
namespace {

struct Cluster {
  std::int64_t servers = 1;
  ServerSpec server;
  FabricSpec fabric;
};

std::int64_t read_count(ConfigReader& section, std::string_view key, std::int64_t most,
                        std::optional<std::int64_t> otherwise) {
  const auto count = section.whole(key, {.least = 1, .most = most});
  if (!count && otherwise) return *otherwise;
  return section.required(key, count, std::int64_t{1});
}

Intra read_intra(ConfigReader& section, const ServerPreset* preset, std::int64_t gpus) {
  const auto word = section.word("intra", {"switch", "mesh", "none"});
  if (word == "switch") return Intra::kSwitch;
  if (word == "mesh") return Intra::kMesh;
  if (word == "none") return Intra::kNone;
  if (preset != nullptr) return preset->server.intra;
  if (gpus > 1) section.missing("intra");
  return Intra::kNone;
}

// Explicit keys go before the preset's; without either, what the cluster needs is missing.
ServerSpec read_server(ConfigReader& section, const ServerPreset* preset, std::int64_t servers) {
  constexpr std::int64_t kMostInServer = 4096;
  const auto link = [&](std::string_view key, LinkSpec ServerSpec::*part, bool needed) {
    if (preset != nullptr) return read_link(section, key, preset->server.*part);
    return read_link(section, key, needed ? std::nullopt : std::optional(LinkSpec{}));
  };
  const auto count = [&](std::string_view key, int ServerSpec::*part, bool needed) {
    std::optional<std::int64_t> otherwise;
    if (preset != nullptr) otherwise = preset->server.*part;
    if (preset == nullptr && !needed) otherwise = 1;
    return static_cast<int>(read_count(section, key, kMostInServer, otherwise));
  };
  const bool networked = servers > 1;
  ServerSpec server;
  server.gpus = count("gpus", &ServerSpec::gpus, true);
  server.nics = count("nics", &ServerSpec::nics, networked);
  server.intra = read_intra(section, preset, server.gpus);
  server.gpu_link =
      link("gpu_link", &ServerSpec::gpu_link, server.gpus > 1 && server.intra != Intra::kNone);
  server.gpu_nic = link("gpu_nic", &ServerSpec::gpu_nic, networked);
  server.nic = link("nic", &ServerSpec::nic, networked);
  return server;
}

std::int64_t read_oversubscription(ConfigReader& section) {
  constexpr double kMost = 1e6;
  constexpr std::string_view kKey = "oversubscription";
  const double ratio = section.number(kKey).value_or(1.0);
  if (!(ratio >= 1.0 && ratio <= kMost)) {
    section.error(kKey, fmt::format("{} is out of range; legal: 1 to 1000000", ratio));
    return static_cast<std::int64_t>(kMost);
  }
  return std::llround(ratio * 1e6);
}

// One spine by default: the core as a single ideal switch. More of them let hashed flows collide.
FabricSpec read_fabric(ConfigReader& section, const Cluster& cluster) {
  constexpr std::int64_t kMostSpines = 65536;
  const auto word = section.word("fabric", {"single_switch", "rail_optimised", "leaf_spine"});
  FabricSpec fabric;
  if (!word && section.raw("fabric") != nullptr) section.read_all_keys();
  if (!word || word == "single_switch") return fabric;
  fabric.kind = word == "leaf_spine" ? FabricKind::kLeafSpine : FabricKind::kRailOptimised;
  if (fabric.kind == FabricKind::kLeafSpine) {
    std::optional<std::int64_t> otherwise;
    if (cluster.servers == 1) otherwise = 1;
    fabric.servers_per_leaf =
        read_count(section, "servers_per_leaf", TopologyBuilder::kMostRanks, otherwise);
  }
  fabric.spines = read_count(section, "spines", kMostSpines, 1);
  fabric.oversubscription_millionths = read_oversubscription(section);
  fabric.latency = section.duration("fabric_latency").value_or(cluster.server.nic.latency);
  return fabric;
}

TopologySize size_of(const Cluster& cluster) {
  const auto& [servers, server, fabric] = cluster;
  const std::int64_t gpus = server.gpus;
  const std::int64_t nics = servers > 1 ? server.nics : 0;
  const std::int64_t leaves = servers > 1 ? leaf_count(fabric, servers, nics) : 0;
  const std::int64_t spines = leaves > 1 ? fabric.spines : 0;
  std::int64_t cables = nics > 0 ? nics + std::max(gpus, nics) : 0;
  if (gpus > 1 && server.intra == Intra::kMesh) cables += gpus * (gpus - 1) / 2;
  if (gpus > 1 && server.intra == Intra::kSwitch) cables += gpus;
  const std::int64_t switches = gpus > 1 && server.intra == Intra::kSwitch ? 1 : 0;
  return {.ranks = servers * gpus,
          .devices = servers * (gpus + nics + switches) + leaves + spines,
          .links = 2 * (servers * cables + leaves * spines)};
}

void join_gpus(TopologyBuilder& builder, const ServerSpec& server, std::int32_t index,
               DeviceId first_gpu) {
  const auto gpus = static_cast<DeviceId>(server.gpus);
  if (gpus == 1 || server.intra == Intra::kNone) return;
  if (server.intra == Intra::kMesh) {
    for (DeviceId a = 0; a < gpus; ++a) {
      for (DeviceId b = a + 1; b < gpus; ++b) {
        builder.add_cable(first_gpu + a, first_gpu + b, server.gpu_link, "nvlink");
      }
    }
    return;
  }
  const DeviceId nvswitch =
      builder.add_device(DeviceKind::kSwitch, fmt::format("s{}.nvswitch", index), index);
  for (DeviceId g = 0; g < gpus; ++g) {
    builder.add_cable(first_gpu + g, nvswitch, server.gpu_link, "nvlink");
  }
}

void add_nics(TopologyBuilder& builder, const ServerSpec& server, std::int32_t index,
              DeviceId first_gpu, std::vector<DeviceId>& nics) {
  const auto gpu_count = static_cast<DeviceId>(server.gpus);
  const auto nic_count = static_cast<DeviceId>(server.nics);
  const std::size_t first = nics.size();
  for (DeviceId n = 0; n < nic_count; ++n) {
    nics.push_back(builder.add_device(DeviceKind::kNic, fmt::format("s{}.nic{}", index, n), index));
  }
  const DeviceId pairs = std::max(gpu_count, nic_count);
  for (DeviceId i = 0; i < pairs; ++i) {
    const DeviceId gpu = i * gpu_count / pairs;
    const DeviceId nic = i * nic_count / pairs;
    builder.add_cable(first_gpu + gpu, nics[first + nic], server.gpu_nic, "pcie");
  }
}

std::optional<Topology> build(ConfigReader& section) {
  Cluster cluster;
  cluster.servers = read_count(section, "servers", TopologyBuilder::kMostRanks, std::nullopt);
  const auto* preset = section.named<ServerPreset>("preset", "server preset");
  if (section.raw("preset") != nullptr && preset == nullptr) {
    section.read_all_keys();  // which are needed, the preset would tell
    return std::nullopt;
  }
  cluster.server = read_server(section, preset, cluster.servers);
  cluster.fabric = read_fabric(section, cluster);
  if (section.failed()) return std::nullopt;

  const ServerSpec& server = cluster.server;
  TopologyBuilder builder;
  builder.reserve(size_of(cluster));
  std::vector<DeviceId> nics;
  for (std::int32_t s = 0; s < cluster.servers; ++s) {
    DeviceId first_gpu = 0;
    for (int g = 0; g < server.gpus; ++g) {
      const DeviceId gpu = builder.add_device(DeviceKind::kGpu, fmt::format("s{}.gpu{}", s, g), s);
      if (g == 0) first_gpu = gpu;
    }
    join_gpus(builder, server, s, first_gpu);
    // A server alone has nobody to talk to through NICs.
    if (cluster.servers > 1) add_nics(builder, server, s, first_gpu, nics);
  }
  if (!nics.empty()) add_fabric(builder, cluster.fabric, nics, server.nics, server.nic);
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "server_cluster",
    .summary = "servers of GPUs with NICs on one switch, on rails or on leaves and spines",
    .reference =
        "NVIDIA DGX SuperPOD reference architectures (rails, leaves and spines); Leiserson, "
        "Fat-Trees, IEEE Transactions on Computers 34(10), 1985 (oversubscription)",
    .build = build,
}};

}  // namespace
}  // namespace commsim
