// A training step by events: streams do their tasks in order, a task starts when it stands in front
// of its streams and all that it depends on has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sim/workload/step/step_graph.hpp"

namespace commsim {

/// What a replica does otherwise than the graph says.
struct ReplicaWork {
  /// By task; of what replicas do together they are the graph's. Empty: as long as the graph says.
  std::vector<Duration> times;
  std::vector<Duration> hidden = {};  ///< StepTask::hidden likewise
  /// Micro-batches before it are none of its own: their tasks neither take time nor hold back
  /// others. What all replicas do together it does.
  std::int32_t first_micro_batch = 0;
};

struct StepConditions {
  std::int64_t replicas = 1;
  /// What computing loses while the same rank communicates on another stream: kernels of
  /// communication take a part of the GPU. From 0 to below 1.
  double lost_to_communication = 0;
  /// How many times as long a computing task takes on a replica; empty: as long as it says.
  std::function<double(std::int64_t replica, TaskId task)> slowdown = {};
  /// What there is of work; empty: all do as the graph says.
  std::span<const ReplicaWork> work = {};
  /// By replica, which of these it does; empty: each replica its own.
  std::span<const std::size_t> work_of = {};

  /// nullptr: as the graph says.
  [[nodiscard]] const ReplicaWork* work_of_replica(std::int64_t replica) const {
    if (work.empty()) return nullptr;
    const auto number = static_cast<std::size_t>(replica);
    return &work[work_of.empty() ? number : work_of[number]];
  }
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
    /// False: a task of a micro-batch that the replica does not have.
    [[nodiscard]] bool ran() const { return start >= Duration{0}; }
  };

  [[nodiscard]] const Span& of(const StepGraph& graph, std::int64_t replica, TaskId task) const {
    return spans_[place(graph, replica, task)];
  }
  [[nodiscard]] Span& of(const StepGraph& graph, std::int64_t replica, TaskId task) {
    return spans_[place(graph, replica, task)];
  }
  [[nodiscard]] std::int64_t replicas() const {
    return tasks_ == 0 ? 0 : static_cast<std::int64_t>(spans_.size() / tasks_);
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
