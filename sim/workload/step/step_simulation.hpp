// A training step by events: streams do their tasks in order, a task starts when it stands in front
// of its streams and all that it depends on has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/workload/step/step_graph.hpp"

namespace commsim {

struct StepConditions {
  std::int64_t replicas = 1;
  /// What computing loses while the same rank communicates on another stream: kernels of
  /// communication take a part of the GPU. From 0 to below 1.
  double lost_to_communication = 0;
  /// How many times as long a computing task takes on a replica; empty: as long as it says.
  std::function<double(std::int64_t replica, TaskId task)> slowdown = {};
};

/// When each task of each replica ran. A task that all replicas do together has one time.
class StepTimes {
 public:
  StepTimes(std::int64_t replicas, std::size_t tasks)
      : tasks_(tasks), spans_(static_cast<std::size_t>(replicas) * tasks) {}

  struct Span {
    Duration start{-1};
    Duration end{-1};

    [[nodiscard]] Duration length() const { return end - start; }
  };

  [[nodiscard]] const Span& of(const StepGraph& graph, std::int64_t replica, TaskId task) const {
    return spans_[place(graph, replica, task)];
  }
  [[nodiscard]] Span& of(const StepGraph& graph, std::int64_t replica, TaskId task) {
    return spans_[place(graph, replica, task)];
  }
  [[nodiscard]] Duration total() const { return total_; }
  void set_total(Duration total) { total_ = total; }

 private:
  [[nodiscard]] std::size_t place(const StepGraph& graph, std::int64_t replica, TaskId task) const {
    const std::int64_t row = graph.task(task).together ? 0 : replica;
    return static_cast<std::size_t>(row) * tasks_ + static_cast<std::size_t>(task);
  }

  std::size_t tasks_;
  std::vector<Span> spans_;
  Duration total_{0};
};

/// O((tasks + dependencies) * replicas). Throws RequestError for more than 50 million tasks of all
/// replicas; a graph whose tasks wait for each other in a circle is a bug and aborts.
StepTimes simulate_step(const StepGraph& graph, const StepConditions& conditions = {});

}  // namespace commsim
