#include "sim/workload/step/step_graph.hpp"

#include "core/error.hpp"

namespace commsim {

namespace {
constexpr std::size_t kMostTasks = 50'000'000;
}

TaskId StepGraph::add(const StepTask& task, std::span<const TaskId> after) {
  if (tasks_.size() >= kMostTasks) {
    throw RequestError("a step of more than 50 million tasks: fewer micro-batches or layers do");
  }
  const auto id = static_cast<TaskId>(tasks_.size());
  tasks_.push_back(task);
  for (const TaskId before : after) depends(id, before);
  return id;
}

void StepGraph::depends(TaskId task, TaskId before) {
  ensure(task != kNoTask, "a task that is none depends on another");
  if (before != kNoTask) edges_.push_back({.before = before, .after = task});
}

}  // namespace commsim
