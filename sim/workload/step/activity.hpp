// What a GPU does in a training step, and on which of its streams.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// Computing, or communication of one Traffic.
enum class Activity : std::uint8_t {
  kForward,
  kBackward,
  kOptimizer,
  kData,
  kTensor,
  kVocabulary,
  kPipeline,
  kContext,
  kExpert,
  kEmbedding,
  kNorms,
};
constexpr std::size_t kActivities = 11;

/// "forward", "backward", "optimizer", or the name of the traffic.
std::string_view to_text(Activity activity);

constexpr bool computes(Activity activity) { return activity <= Activity::kOptimizer; }

constexpr Activity activity_of(Traffic traffic) {
  return static_cast<Activity>(static_cast<std::uint8_t>(Activity::kData) +
                               static_cast<std::uint8_t>(traffic));
}

/// Each does its tasks in order. What stands in the way of computing is on kCompute itself.
enum class GpuStream : std::uint8_t { kCompute, kData, kForwardSends, kBackwardSends };
constexpr std::size_t kStreams = 4;

/// "compute", "data", ...
std::string_view to_text(GpuStream stream);

}  // namespace commsim
