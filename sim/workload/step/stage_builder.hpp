// The tasks of one stage of the pipeline.
#pragma once

#include <map>
#include <set>

#include "sim/workload/step/step_builder.hpp"

namespace commsim {

/// Where a pass of a chunk begins and from when on another stage has what it computed.
struct PassEnds {
  TaskId first = kNoTask;
  TaskId done = kNoTask;
};

/// Adds tasks in the order of the schedule. A stage's object is used once.
class StageBuilder {
 public:
  StageBuilder(StepGraph& graph, const StepParts& parts, std::int64_t stage);

  /// The passes; ends[chunk of all][micro-batch] are set for those of this stage.
  struct Ends {
    std::vector<std::vector<PassEnds>> forward;
    std::vector<std::vector<PassEnds>> backward;
  };
  void add_passes(Ends& ends);
  /// The last backward pass or gradient.
  [[nodiscard]] TaskId gradients_done() const { return data_.last(); }
  [[nodiscard]] TaskId passes_done() const { return last_; }
  /// What is left once all gradients are summed, after `tied` of the tied matrix.
  void finish(TaskId tied);

 private:
  [[nodiscard]] bool sends_gradients(const PipelineTask& task) const;
  [[nodiscard]] bool is_last(const PipelineTask& task) const;
  [[nodiscard]] bool is_first_forward(const PipelineTask& task) const;
  [[nodiscard]] bool one_by_one(const PipelineTask& task) const;
  PassEnds add_pass(const PipelineTask& task);
  void add_together(const ChunkUnits& chunk, Pass pass);
  void add_unit(const StageUnit& unit, const PipelineTask& task);
  void compute(Duration time, Activity activity, const StageUnit* unit, TaskId after = kNoTask);
  void call(const std::vector<TrafficItem>& calls, const CutProducts& products = {});
  [[nodiscard]] Duration shown(const TrafficItem& item, Duration time,
                               const CutProducts& products) const;
  TaskId depart(const std::vector<TrafficItem>& calls, Pass pass);
  void gather_ahead();
  void plan_gathers(const std::vector<PipelineTask>& order);

  StepGraph& graph_;
  const StepParts& parts_;
  const StageUnits& units_;
  std::int32_t stage_;
  DataTasks data_;
  std::int64_t micro_batches_;
  std::set<std::int64_t> firsts_;  // micro-batches that some replica begins with
  TaskId last_ = kNoTask;          // on the compute stream
  TaskId first_ = kNoTask;         // of the pass that is being added
  std::int32_t micro_batch_ = -1;
  // ZeRO 1 and 2: when the parameters of a unit are there.
  std::map<const StageUnit*, TaskId> gathered_;
  // ZeRO 3: units in the order in which they are gathered, how many are, and when the passes that
  // they were gathered for ended.
  std::vector<const StageUnit*> to_gather_;
  std::vector<TaskId> gathers_;
  std::vector<TaskId> used_;
};

}  // namespace commsim
