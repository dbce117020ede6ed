// The communication of gradients and parameters between the replicas of one stage, as tasks.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "sim/workload/step/gradient_buckets.hpp"
#include "sim/workload/step/stage_units.hpp"
#include "sim/workload/step/step_choices.hpp"
#include "sim/workload/step/step_graph.hpp"
#include "sim/workload/training/data_traffic.hpp"

namespace commsim {

/// How long the item's calls take one after another where that stage makes them. It is asked once
/// for each task.
using CallPricing = std::function<Duration(std::int64_t stage, const TrafficItem& call)>;

class DataTasks {
 public:
  DataTasks(StepGraph& graph, std::int64_t stage, const Parallelism& parallelism,
            const StepChoices& choices, const CallPricing& price);

  /// Whether replicas have anything to send each other.
  [[nodiscard]] bool any() const { return common_.any() || experts_.any(); }

  /// Gradients of a unit are there when `after` has ended; full buckets leave. With hybrid sharding
  /// the `last` ones of a step are summed across shard groups as well.
  void add_gradients(const StageUnit& unit, TaskId after, bool last);
  /// What is left leaves when `after` has ended.
  void flush_gradients(TaskId after, bool last);
  /// Parameters of these units are gathered, in the order of the list; returns for each the task
  /// after which they are there. A bucket leaves when `after` has ended.
  std::vector<TaskId> gather(const std::vector<const StageUnit*>& units, TaskId after);
  /// One unit's parameters, by themselves (ZeRO 3).
  TaskId gather_unit(const StageUnit& unit, TaskId after);

  /// The last task so far; kNoTask: none.
  [[nodiscard]] TaskId last() const { return last_; }

 private:
  // Replicas of one kind of parameters.
  struct Replicas {
    ReplicaGroup group;
    GradientBuckets gradients;
    TaskId ready = kNoTask;  // of the gradients that wait

    [[nodiscard]] bool any() const { return group.shards > 1 || group.copies > 1; }
  };

  void send_gradients(const Replicas& replicas, const GradientBatch& batch, TaskId after,
                      bool last);
  TaskId add(const Replicas& replicas, CollectiveKind kind, GroupKind group, std::int64_t ranks,
             Bytes size, std::int64_t count, TaskId after);
  TaskId gather_parameters(const Replicas& replicas, std::int64_t parameters, TaskId after);

  StepGraph& graph_;
  std::int64_t stage_;
  const Parallelism& parallelism_;
  const StepChoices& choices_;
  const CallPricing& price_;
  Replicas common_;
  Replicas experts_;
  TaskId last_ = kNoTask;
};

}  // namespace commsim
