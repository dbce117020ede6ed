#include "sim/workload/nccl_cluster.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace nccl_cluster {
namespace {

// Rates are those of one server, in bits per second.
struct Server {
  ServerFacts facts;
  std::int64_t nvlink = INT64_MAX;  // of the GPU with the least
  std::int64_t pcie = INT64_MAX;
  std::int64_t socket = INT64_MAX;
  int nics = 0;
  std::int64_t port = INT64_MAX;  // of the NIC with the least
  std::int64_t slot = INT64_MAX;  // its PCIe link

  friend bool operator==(const Server& a, const Server& b) {
    return a.facts.gpu == b.facts.gpu && a.facts.cpu == b.facts.cpu &&
           a.facts.network_latency == b.facts.network_latency && a.nvlink == b.nvlink &&
           a.pcie == b.pcie && a.socket == b.socket && a.nics == b.nics && a.port == b.port &&
           a.slot == b.slot;
  }
};

class ServerReader {
 public:
  explicit ServerReader(const Topology& topology)
      : topology_(topology), used_(topology.devices().size()) {
    for (const DeviceId gpu : topology.ranks()) used_[gpu] = true;
    for (DeviceId id = 0; id < topology.devices().size(); ++id) {
      const Device& device = topology.device(id);
      if (device.server >= 0) devices_[device.server].push_back(id);
    }
  }

  [[nodiscard]] Server read(std::int32_t number) const {
    Server server{.facts = topology_.facts(number)};
    std::vector<DeviceId> near;
    std::vector<DeviceId> all;
    for (const DeviceId id : devices_.at(number)) {
      const DeviceKind kind = topology_.device(id).kind;
      if (kind == DeviceKind::kGpu && used_[id]) add_gpu(id, server);
      if (kind == DeviceKind::kHost) add_host(id, server);
      if (kind != DeviceKind::kNic) continue;
      all.push_back(id);
      if (beside_rank(id)) near.push_back(id);
    }
    for (const DeviceId nic : near.empty() ? all : near) add_nic(nic, server);
    return server;
  }

 private:
  [[nodiscard]] std::string_view medium(const Link& link) const {
    return topology_.media()[link.medium];
  }

  void add_gpu(DeviceId gpu, Server& server) const {
    std::int64_t nvlink = 0;
    std::int64_t pcie = 0;
    for (const LinkId id : topology_.out_links(gpu)) {
      const Link& link = topology_.link(id);
      const Device& peer = topology_.device(link.to);
      const bool reaches_ranks = peer.kind == DeviceKind::kSwitch || used_[link.to];
      const std::int64_t bits = link.bandwidth.bits_per_second();
      if (medium(link) == "nvlink" && reaches_ranks) nvlink += bits;
      if (medium(link) == "pcie") pcie += bits;
    }
    server.nvlink = std::min(server.nvlink, nvlink);
    server.pcie = std::min(server.pcie, pcie);
  }

  void add_host(DeviceId host, Server& server) const {
    for (const LinkId id : topology_.out_links(host)) {
      const Link& link = topology_.link(id);
      if (medium(link) != "socket") continue;
      server.socket = std::min(server.socket, link.bandwidth.bits_per_second());
    }
  }

  void add_nic(DeviceId nic, Server& server) const {
    std::int64_t port = 0;
    std::int64_t slot = 0;
    for (const LinkId id : topology_.out_links(nic)) {
      const Link& link = topology_.link(id);
      const std::int64_t bits = link.bandwidth.bits_per_second();
      if (medium(link) == "pcie") slot = std::max(slot, bits);
      if (medium(link) != "pcie") port += bits;
    }
    ++server.nics;
    server.port = std::min(server.port, port);
    server.slot = std::min(server.slot, slot);
  }

  [[nodiscard]] bool beside_rank(DeviceId nic) const {
    const auto links = topology_.out_links(nic);
    return std::ranges::any_of(links, [&](LinkId id) { return used_[topology_.link(id).to]; });
  }

  const Topology& topology_;
  std::vector<bool> used_;  // by device: whether it runs a rank
  std::map<std::int32_t, std::vector<DeviceId>> devices_;
};

Server common_server(const Topology& topology) {
  std::set<std::int32_t> numbers;
  for (const DeviceId gpu : topology.ranks()) numbers.insert(topology.device(gpu).server);
  if (*numbers.begin() < 0) {
    throw RequestError(
        "NCCL's model needs servers with GPUs and NICs, and this topology has none; legal: the "
        "kinds server_cluster and islands");
  }
  const ServerReader reader(topology);
  const Server first = reader.read(*numbers.begin());
  for (const std::int32_t number : numbers) {
    if (reader.read(number) == first) continue;
    throw RequestError(
        fmt::format("NCCL's model is for servers that are alike; server {} is not like server {}",
                    number, *numbers.begin()));
  }
  return first;
}

GpuGeneration generation(const Server& server, const NcclOverrides& facts) {
  if (facts.gpu) return *facts.gpu;
  if (server.facts.gpu) return *server.facts.gpu;
  throw RequestError(
      fmt::format("NCCL's model must know the GPUs, which this topology does not say; write nccl: "
                  "{{gpu: ...}} with one of {}",
                  fmt::join(gpu_generations(), ", ")));
}

double links(std::int64_t bits, GpuGeneration generation) {
  return static_cast<double>(bits) /
         static_cast<double>(nominal_nvlink(generation).bits_per_second());
}

// Over PCIe rings also pass from socket to socket, whose links NCCL takes at their nominal rate.
double pcie_rate_of(const Server& server) {
  if (server.pcie == 0) return 0;
  const double pcie = nccl_pcie_rate(Bandwidth::bits_per_second(server.pcie));
  if (server.nvlink > 0 || server.socket == INT64_MAX) return pcie;
  return std::min(pcie, nccl_nic_rate(Bandwidth::bits_per_second(server.socket)));
}

double nic_rate_of(const Server& server) {
  if (server.nics == 0 || server.port == 0) return 0;
  const double port = nccl_nic_rate(Bandwidth::bits_per_second(server.port));
  if (server.slot == 0) return port;
  return std::min(port, nccl_pcie_rate(Bandwidth::bits_per_second(server.slot)));
}

bool has_nvls(const RankLayout& layout) {
  const auto& switches = layout.server_switches;
  return !switches.empty() &&
         std::ranges::all_of(switches, [](Rank helper) { return helper >= 0; });
}

}  // namespace
}  // namespace nccl_cluster

NcclSystem nccl_system(const Cluster& cluster, const NcclOverrides& facts) {
  const RankLayout& layout = cluster.layout;
  const int gpus = layout.per_server();
  if (gpus == 0) {
    throw RequestError("NCCL's model is for servers that have equally many ranks");
  }
  const nccl_cluster::Server server = nccl_cluster::common_server(cluster.topology);
  if (facts.collnet && layout.reduction_trees.empty()) {
    throw RequestError("'nccl.collnet' needs switches between the servers that can reduce");
  }
  const GpuGeneration generation = nccl_cluster::generation(server, facts);
  const Duration latency = facts.network_latency.value_or(server.facts.network_latency);
  NcclSystem system{
      .version = facts.version,
      .generation = generation,
      .cpu = facts.cpu.value_or(server.facts.cpu.value_or(CpuMaker::kIntel)),
      .servers = static_cast<int>(layout.servers.size()),
      .gpus = gpus,
      .nvlink = nccl_nvlink_rate(generation, nccl_cluster::links(server.nvlink, generation)),
      .pcie = nccl_cluster::pcie_rate_of(server),
      .nvls = nccl_cluster::has_nvls(layout),
      .nics = server.nics,
      .nic = nccl_cluster::nic_rate_of(server),
      .nic_latency = 1e6 * seconds(latency),
      .collnet = facts.collnet};
  check(system);
  return system;
}

}  // namespace commsim
