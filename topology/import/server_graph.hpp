// A server as a file describes it: devices and cables, ready to be built any number of times.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"
#include "topology/server_plan.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The devices of one server by number, in any order, and the duplex cables between them.
struct ServerGraph {
  using Index = std::uint32_t;

  struct Node {
    DeviceKind kind = DeviceKind::kHost;
    std::string name;     ///< within the server
    bool reduces = true;  ///< Device::reduces
  };
  struct Cable {
    Index a = 0;
    Index b = 0;
    LinkSpec spec;
    std::string_view medium;  ///< of static storage
  };
  struct Port {
    Index nic = 0;
    LinkSpec cable;  ///< to the network
  };

  std::vector<Node> nodes;
  std::vector<Cable> cables;
  std::vector<Index> gpus;  ///< in the order of ranks
  std::vector<Port> nics;   ///< in the order of rails
  ServerFacts facts;

  Index add(DeviceKind kind, std::string name);
  void join(Index a, Index b, LinkSpec spec, std::string_view medium);
};

/// The plan that builds it. Without a network the NICs and their cables are left out.
/// REQUIRES: `gpus` and `nics` name every node of these kinds, once.
std::unique_ptr<ServerPlan> plan_server(ServerGraph graph);

/// Latencies that neither a file nor a key gives: those of the presets, see
/// docs/decisions/0007-latencies.md.
namespace latency {
constexpr Duration kToNvswitch = 300_nsec;
constexpr Duration kNvlink = 600_nsec;  ///< from GPU to GPU
constexpr Duration kPcie = 500_nsec;
constexpr Duration kNic = 350_nsec;
}  // namespace latency

/// The map {bandwidth, latency} under a key, as far as it is there: what a file says is overridden.
struct LinkKeys {
  std::optional<Bandwidth> bandwidth;
  std::optional<Duration> latency;
};
LinkKeys read_link_keys(ConfigReader& section, std::string_view key);

/// The key `nvls`: whether the NVSwitch reduces.
std::optional<bool> read_nvls(ConfigReader& section);

/// `count` cables side by side as one. Throws RequestError past 10 Pb/s, the most of any link.
LinkSpec bundle(LinkSpec one, std::int64_t count);

}  // namespace commsim
