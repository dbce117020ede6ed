#include "sim/workload/training/pipeline_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"

namespace commsim {
namespace pipeline_schedule {
namespace {

constexpr std::int64_t kMostTasks = 10'000'000;

}  // namespace
}  // namespace pipeline_schedule

void validate(const PipelineSchedule& schedule, const PipelineShape& shape) {
  using pipeline_schedule::kMostTasks;
  if (shape.stages < 1 || shape.micro_batches < 1 || shape.chunks < 1) {
    throw RequestError("a pipeline has 1 stage, micro-batch and chunk at least");
  }
  if (shape.micro_batches > kMostTasks || shape.chunks > kMostTasks ||
      shape.micro_batches * shape.chunks > kMostTasks) {
    throw RequestError(
        fmt::format("{} micro-batches of {} chunks; a stage may have {} passes at most",
                    shape.micro_batches, shape.chunks, kMostTasks));
  }
  schedule.require(shape);
}

void require_one_chunk(const PipelineShape& shape) {
  if (shape.chunks != 1) {
    throw RequestError(fmt::format(
        "this pipeline schedule has one chunk of layers on each stage, not {} virtual stages; "
        "'interleaved' has more",
        shape.chunks));
  }
}

std::vector<PipelineTask> stage_order(const PipelineSchedule& schedule, const PipelineShape& shape,
                                      std::int64_t stage) {
  validate(schedule, shape);
  ensure(stage >= 0 && stage < shape.stages, "a stage of this pipeline");
  return schedule.order(shape, stage);
}

std::int64_t peak_in_flight(const std::vector<PipelineTask>& order,
                            const std::vector<std::int64_t>& weights) {
  std::int64_t kept = 0;
  std::int64_t peak = 0;
  for (const PipelineTask& task : order) {
    const std::int64_t weight = weights.at(index(task.chunk));
    kept += task.pass == Pass::kForward ? weight : -weight;
    peak = std::max(peak, kept);
  }
  return peak;
}

}  // namespace commsim
