// The links between workers and servers, each with the messages that wait for it.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/index.hpp"
#include "sim/workload/updates/server_system.hpp"

namespace commsim {

/// A message under way.
struct ServerMessage {
  const ServerRoute* route = nullptr;
  Bytes size;
  std::uint32_t hop = 0;  ///< the link at which its head is, or will be next
  SimTime tail{};         ///< when its last byte has passed the links before
};

/// Cut-through, as in link_fifo:
///   start = max(head, free);  free = start + L/B;  tail = max(free, tail before) + D
///   next head = start + D
class ServerLinks {
 public:
  explicit ServerLinks(const ServerSystem& system)
      : system_(system), free_(system.links.size()), busy_(system.links.size()) {}

  /// Takes the head of a message over its next link, or all of it at once where nothing queues.
  /// Returns when its head comes to the link behind, or nothing: it arrives at its tail.
  std::optional<SimTime> pass(ServerMessage& message, SimTime head) {
    const auto links = system_.links_of(*message.route);
    if (!system_.queues) {
      for (const std::uint32_t id : links) busy_[id] += wire_time(message, id);
      message.tail =
          later(later(head, message.size / message.route->narrowest), message.route->latency);
      return std::nullopt;
    }
    const std::uint32_t id = links[message.hop];
    const SimTime start = std::max(head, free_[id]);
    const Duration wire = wire_time(message, id);
    busy_[id] += wire;
    free_[id] = later(start, wire);
    message.tail = later(std::max(free_[id], message.tail), system_.links[id].latency);
    if (++message.hop == links.size()) return std::nullopt;
    return later(start, system_.links[id].latency);
  }

  /// How long a link has been, or will be, busy with all messages that have come to it.
  [[nodiscard]] Duration busy(std::uint32_t link) const { return busy_[link]; }

 private:
  [[nodiscard]] Duration wire_time(const ServerMessage& message, std::uint32_t link) const {
    return message.size / system_.links[link].bandwidth;
  }

  const ServerSystem& system_;
  std::vector<SimTime> free_;
  std::vector<Duration> busy_;
};

}  // namespace commsim
