// The order in which a stage of a pipeline works off its micro-batches: the extension point for
// pipeline schedules.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/registry.hpp"

namespace commsim {

enum class Pass : std::uint8_t { kForward, kBackward };

/// One pass of one micro-batch through one chunk of a stage's layers.
struct PipelineTask {
  Pass pass = Pass::kForward;
  std::int64_t micro_batch = 0;
  std::int64_t chunk = 0;  ///< of this stage; chunk c of stage r is number c * stages + r of all

  friend bool operator==(const PipelineTask&, const PipelineTask&) = default;
};

struct PipelineShape {
  std::int64_t stages = 1;
  std::int64_t micro_batches = 1;
  std::int64_t chunks = 1;  ///< virtual stages: chunks of layers of each stage
};

/// A registered schedule: Registry<PipelineSchedule>::get(name, "pipeline schedule").
struct PipelineSchedule {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  /// All tasks of a stage, in order; every micro-batch passes every chunk once each way. The shape
  /// has been validated.
  std::vector<PipelineTask> (*order)(const PipelineShape& shape, std::int64_t stage) = nullptr;
  /// Throws RequestError for shapes that it cannot do.
  void (*require)(const PipelineShape& shape) = nullptr;
};

/// For schedules without virtual stages: throws RequestError if there are several chunks.
void require_one_chunk(const PipelineShape& shape);

/// Throws RequestError if a size is not positive, the tasks of a stage are more than ten million,
/// or the schedule refuses the shape.
void validate(const PipelineSchedule& schedule, const PipelineShape& shape);

/// The order of one stage, validated. O(micro_batches * chunks).
std::vector<PipelineTask> stage_order(const PipelineSchedule& schedule, const PipelineShape& shape,
                                      std::int64_t stage);

/// The most chunk passes of which a stage keeps activations at once, where one of chunk c counts
/// weights[c]: its forward pass has begun and its backward pass has not ended.
/// REQUIRES: weights for every chunk of the tasks. O(tasks).
std::int64_t peak_in_flight(const std::vector<PipelineTask>& order,
                            const std::vector<std::int64_t>& weights);

}  // namespace commsim
