// Workers, servers and the links between them, as far as pushes and pulls are concerned.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/units.hpp"

namespace commsim {

/// The way of the messages from one device to another; no links: within a device, in no time.
struct ServerRoute {
  std::uint32_t first = 0;  ///< in ServerSystem::hops
  std::uint32_t count = 0;
  Bandwidth narrowest;
  Duration latency{0};  ///< of all links together
};

struct ServerLink {
  Bandwidth bandwidth;
  Duration latency{0};
};

/// Server i keeps shard i of the parameters.
struct ServerSystem {
  struct Shard {
    Bytes push;         ///< its gradients
    Bytes pull;         ///< its parameters
    Duration apply{0};  ///< that the server takes to add a worker's gradients
  };

  std::int64_t workers = 0;
  std::vector<Shard> shards = {};
  std::vector<ServerLink> links = {};
  std::vector<std::uint32_t> hops = {};  ///< links, route by route
  std::vector<ServerRoute> pushes = {};  ///< of worker w to server i at w * shards + i
  std::vector<ServerRoute> pulls = {};   ///< back
  /// Links and servers serve one message after another; else each has them to itself.
  bool queues = true;

  [[nodiscard]] std::size_t place(std::int64_t worker, std::size_t shard) const {
    return static_cast<std::size_t>(worker) * shards.size() + shard;
  }
  [[nodiscard]] std::span<const std::uint32_t> links_of(const ServerRoute& route) const {
    return std::span(hops).subspan(route.first, route.count);
  }
};

}  // namespace commsim
