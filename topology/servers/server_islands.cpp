#include "topology/servers/server_islands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "topology/config_links.hpp"
#include "topology/fabric_plan.hpp"

namespace commsim {
namespace {

/// All devices of one server stand together, since a server is built at once.
struct DeviceRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class IslandsBuilder {
 public:
  explicit IslandsBuilder(bool networked) : networked_(networked) {}

  void reserve(std::span<const Island> islands, std::int64_t parameter_servers,
               const FabricPlan& fabric) {
    TopologySize all = networked_ ? fabric.size() : TopologySize{};
    all.devices += parameter_servers;
    for (const auto& [servers, server] : islands) {
      const TopologySize one = server->size(networked_);
      all.ranks += servers * one.ranks;
      all.devices += servers * one.devices;
      all.links += servers * one.links;
    }
    builder_.reserve(all);
  }

  void add_servers(const Island& island) {
    const ServerPlan& server = *island.server;
    for (std::int64_t s = 0; s < island.servers; ++s) {
      const std::size_t begin = builder_.device_count();
      const BuiltServer built = server.build(builder_, next_server(), networked_);
      builder_.set_facts(next_server(), server.facts());
      for (std::size_t n = 0; n < built.nics.size(); ++n) {
        const auto rail = static_cast<std::int32_t>(n);
        add_port(built.nics[n], rail, server.cable(rail));
      }
      servers_.push_back({.begin = begin, .end = builder_.device_count()});
    }
  }

  void add_parameter_servers(std::int64_t count, LinkSpec cable) {
    for (std::int64_t p = 0; p < count; ++p) {
      const DeviceId host =
          builder_.add_device(DeviceKind::kHost, fmt::format("ps{}", p), next_server());
      add_port(host, 0, cable);
      servers_.push_back({.begin = host, .end = host + std::size_t{1}});
    }
  }

  void add_fabric(const FabricPlan& fabric) {
    if (ports_.empty()) return;
    const std::vector<std::int32_t> pods = fabric.build(builder_, ports_);
    std::size_t end = 0;
    for (std::size_t begin = 0; begin < pods.size(); begin = end) {
      const std::int32_t server = ports_[begin].server;
      bool shared = pods[begin] >= 0;
      for (end = begin; end < pods.size() && ports_[end].server == server; ++end) {
        shared = shared && pods[end] == pods[begin];
      }
      if (shared) set_pod(servers_[static_cast<std::size_t>(server)], pods[begin]);
    }
  }

  Topology seal() && { return std::move(builder_).seal(); }

 private:
  [[nodiscard]] std::int32_t next_server() const {
    return static_cast<std::int32_t>(servers_.size());
  }

  void add_port(DeviceId device, std::int32_t rail, LinkSpec cable) {
    ports_.push_back({.device = device, .server = next_server(), .rail = rail, .cable = cable});
  }

  void set_pod(DeviceRange devices, std::int32_t pod) {
    for (std::size_t d = devices.begin; d < devices.end; ++d) {
      builder_.set_pod(static_cast<DeviceId>(d), pod);
    }
  }

  bool networked_;
  TopologyBuilder builder_;
  std::vector<DeviceRange> servers_;  // by server
  std::vector<FabricPort> ports_;     // by server, then rail
};

LinkSpec fastest_cable(std::span<const Island> islands) {
  LinkSpec fastest;
  for (const Island& island : islands) {
    for (int n = 0; n < island.server->nics(); ++n) {
      const LinkSpec cable = island.server->cable(n);
      if (cable.bandwidth > fastest.bandwidth) fastest = cable;
    }
  }
  return fastest;
}

FabricShape shape_of(std::span<const Island> islands, std::int64_t parameter_servers,
                     LinkSpec parameter_server_link) {
  FabricShape shape{.ports_of_server = {}, .cable = fastest_cable(islands)};
  for (const auto& [servers, server] : islands) {
    shape.ports_of_server.insert(shape.ports_of_server.end(), static_cast<std::size_t>(servers),
                                 server->nics());
  }
  shape.ports_of_server.insert(shape.ports_of_server.end(),
                               static_cast<std::size_t>(parameter_servers), 1);
  if (parameter_servers > 0 && parameter_server_link.bandwidth > shape.cable.bandwidth) {
    shape.cable = parameter_server_link;
  }
  return shape;
}

// Every server needs a NIC, and no more servers than ranks may be: before any memory is spent.
bool refused(ConfigReader& section, std::span<const Island> islands) {
  const auto without = [](const Island& island) { return island.server->nics() < 1; };
  if (std::any_of(islands.begin(), islands.end(), without)) {
    section.error("", "a server without NICs cannot be joined to others; legal: 1 NIC or more");
    return true;
  }
  std::int64_t servers = 0;
  for (const Island& island : islands) servers += island.servers;
  constexpr auto kMost = static_cast<std::int64_t>(TopologyBuilder::kMostRanks);
  if (servers <= kMost) return false;
  section.error("", fmt::format("there would be {} servers; legal: up to {}", servers, kMost));
  return true;
}

std::unique_ptr<FabricPlan> read_fabric(ConfigReader& section, const FabricShape& shape) {
  const auto word = section.word("fabric", Registry<Fabric>::names());
  if (!word && section.raw("fabric") != nullptr) {
    section.read_all_keys();  // which are needed, the fabric would tell
    return nullptr;
  }
  return Registry<Fabric>::get(word.value_or("single_switch"), "fabric").read(section, shape);
}

}  // namespace

std::int64_t read_server_count(ConfigReader& section) {
  constexpr auto kMost = static_cast<std::int64_t>(TopologyBuilder::kMostRanks);
  const auto servers = section.whole("servers", {.least = 1, .most = kMost});
  return section.required("servers", servers, std::int64_t{1});
}

std::int64_t read_parameter_servers(ConfigReader& section) {
  constexpr std::int64_t kMost = 65536;
  return section.whole("parameter_servers", {.least = 0, .most = kMost}).value_or(0);
}

std::optional<Topology> build_islands(ConfigReader& section, std::span<const Island> islands,
                                      std::int64_t parameter_servers) {
  const bool networked = islands.size() > 1 || islands.front().servers > 1 || parameter_servers > 0;
  if (networked && refused(section, islands)) {
    section.read_all_keys();
    return std::nullopt;
  }
  LinkSpec link;
  if (parameter_servers > 0) {
    link = read_link(section, "parameter_server_link", islands.front().server->cable(0));
  }
  const auto fabric = read_fabric(section, shape_of(islands, parameter_servers, link));
  if (section.failed() || fabric == nullptr) return std::nullopt;

  IslandsBuilder builder(networked);
  builder.reserve(islands, parameter_servers, *fabric);
  for (const Island& island : islands) builder.add_servers(island);
  builder.add_parameter_servers(parameter_servers, link);
  builder.add_fabric(*fabric);
  return std::move(builder).seal();
}

}  // namespace commsim
