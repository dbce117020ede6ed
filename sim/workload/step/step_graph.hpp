// A training step as a graph of tasks. It is written once for each stage of the pipeline; the
// replicas of a stage do the same.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/units.hpp"
#include "sim/workload/step/activity.hpp"

namespace commsim {

using TaskId = std::int32_t;
constexpr TaskId kNoTask = -1;

/// One task of every replica of a stage, or one that they do together.
struct StepTask {
  std::int32_t stage = 0;
  GpuStream stream = GpuStream::kCompute;
  Activity activity = Activity::kForward;
  /// All replicas begin together, when the last of them is ready.
  bool together = false;
  /// A stage that takes part as well, on the same stream; -1: none. In its stream the task stands
  /// where it was added.
  std::int32_t partner = -1;
  std::int32_t micro_batch = -1;  ///< -1: of none
  std::int32_t layer = -1;        ///< the first one that it is about; -1: of none
  Duration time{0};
  Duration hidden{0};  ///< what it takes besides, behind computing that another task is
};

/// Tasks in an order in which none depends on a later one, by stream and stage.
class StepGraph {
 public:
  explicit StepGraph(std::int64_t stages) : stages_(stages) {}

  /// Adds a task behind those of its stream. Dependencies of kNoTask are none.
  /// REQUIRES: they have been added, unless depends() says so later.
  TaskId add(const StepTask& task, std::span<const TaskId> after = {});
  TaskId add(const StepTask& task, std::initializer_list<TaskId> after) {
    return add(task, std::span(after.begin(), after.size()));
  }
  /// `task` starts after `before` has ended; either may have been added first.
  void depends(TaskId task, TaskId before);

  [[nodiscard]] std::int64_t stages() const { return stages_; }
  [[nodiscard]] std::span<const StepTask> tasks() const { return tasks_; }
  [[nodiscard]] const StepTask& task(TaskId id) const {
    return tasks_[static_cast<std::size_t>(id)];
  }
  /// Pairs (before, after) in the order in which they were added.
  struct Edge {
    TaskId before = kNoTask;
    TaskId after = kNoTask;
  };
  [[nodiscard]] std::span<const Edge> edges() const { return edges_; }

 private:
  std::int64_t stages_;
  std::vector<StepTask> tasks_;
  std::vector<Edge> edges_;
};

}  // namespace commsim
