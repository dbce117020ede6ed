// Equal servers of GPUs joined by a network, the shape of most training clusters.
#include <array>

#include "topology/servers/server_islands.hpp"
#include "topology/servers/server_section.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::server_cluster {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  std::array<Island, 1> islands;
  Island& island = islands.front();
  island.servers = read_server_count(section);
  const std::int64_t parameter_servers = read_parameter_servers(section);
  island.server = read_server(section, island.servers > 1 || parameter_servers > 0);
  if (island.server == nullptr) return std::nullopt;
  return build_islands(section, islands, parameter_servers);
}

const Registration<TopologyKind> registration{{
    .name = "server_cluster",
    .summary = "equal servers of GPUs, whose NICs a fabric joins",
    .reference =
        "NVIDIA DGX SuperPOD reference architectures (rails, leaves and spines); Leiserson, "
        "Fat-Trees, IEEE Transactions on Computers 34(10), 1985 (oversubscription)",
    .build = build,
}};

}  // namespace
}  // namespace commsim::server_cluster
