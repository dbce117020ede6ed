// How replicas come to the same parameters.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "core/units.hpp"

namespace commsim {

enum class UpdateKind : std::uint8_t {
  kAllReduce,        ///< gradients are summed in every step
  kParameterServer,  ///< servers keep the parameters: gradients are pushed, parameters pulled
  kLocal,            ///< replicas update their own, and average them now and then
};

/// When a server answers a push with parameters.
enum class ServerMode : std::uint8_t {
  kSynchronous,   ///< when all workers have pushed that iteration, whose gradients are one update
  kStale,         ///< when no worker is more than `bound` iterations behind (SSP)
  kAsynchronous,  ///< at once
};

struct UpdateChoices {
  static constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();

  UpdateKind kind = UpdateKind::kAllReduce;
  ServerMode mode = ServerMode::kSynchronous;
  std::int64_t bound = 3;    ///< of kStale
  bool separate = false;     ///< servers are hosts of the topology; else they stand beside workers
  std::int64_t servers = 0;  ///< 0: as many as there are places
  std::int64_t local = 1;    ///< kLocal: steps from one average to the next
  std::int64_t iterations = 50;  ///< that a worker does on average while it is watched
  /// How fast a server adds gradients to its parameters; none: as fast as they come.
  std::optional<Bandwidth> apply;

  /// How many iterations a worker may be ahead of the slowest.
  [[nodiscard]] std::int64_t most_ahead() const {
    if (mode == ServerMode::kSynchronous) return 0;
    return mode == ServerMode::kStale ? bound : kNoBound;
  }
};

}  // namespace commsim
