// Shortest distances where links have few different weights, as latencies of built clusters do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// Dijkstra's algorithm with a queue for each weight: what is reached over links of one weight is
/// reached in the order of distances, so that queues need no heap. O(devices + links).
/// Graph says with out_links(device) and head(link) which links leave a device and where they lead.
template <typename Graph, typename Weight>
class FewWeights {
 public:
  static constexpr std::size_t kMostWeights = 16;

  FewWeights(const Graph& graph, std::size_t devices, Weight weight)
      : graph_(graph), weight_(weight), distance_(devices, INT64_MAX) {}

  /// By device, INT64_MAX where it cannot be reached or is farther; nothing if there are more than
  /// kMostWeights weights.
  std::optional<std::vector<std::int64_t>> from(DeviceId start) {
    distance_[start] = 0;
    if (!settle({.distance = 0, .device = start})) return std::nullopt;
    while (Queue* queue = nearest()) {
      const Reached next = queue->reached[queue->first++];
      if (next.distance > distance_[next.device]) continue;
      if (!settle(next)) return std::nullopt;
    }
    return std::move(distance_);
  }

 private:
  struct Reached {
    std::int64_t distance;
    DeviceId device;
  };
  struct Queue {
    std::int64_t weight;
    std::size_t first = 0;
    std::vector<Reached> reached = {};
  };

  Queue* nearest() {
    Queue* best = nullptr;
    for (Queue& queue : queues_) {
      if (queue.first == queue.reached.size()) continue;
      if (best != nullptr &&
          best->reached[best->first].distance <= queue.reached[queue.first].distance) {
        continue;
      }
      best = &queue;
    }
    return best;
  }

  bool settle(Reached at) {
    for (const LinkId link : graph_.out_links(at.device)) {
      const std::int64_t weight = weight_(link);
      std::int64_t distance = 0;
      if (__builtin_add_overflow(at.distance, weight, &distance)) continue;
      const DeviceId to = graph_.head(link);
      if (distance >= distance_[to]) continue;
      Queue* queue = queue_of(weight);
      if (queue == nullptr) return false;
      distance_[to] = distance;
      queue->reached.push_back({.distance = distance, .device = to});
    }
    return true;
  }
  Queue* queue_of(std::int64_t weight) {
    const auto known = std::ranges::find(queues_, weight, &Queue::weight);
    if (known != queues_.end()) return &*known;
    if (queues_.size() == kMostWeights) return nullptr;
    return &queues_.emplace_back(Queue{.weight = weight});
  }

  const Graph& graph_;
  Weight weight_;
  std::vector<std::int64_t> distance_;
  std::vector<Queue> queues_;
};

}  // namespace commsim
