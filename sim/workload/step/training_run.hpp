// One training step of one model on one cluster.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/workload/step/group_prices.hpp"
#include "sim/workload/step/jitter.hpp"
#include "sim/workload/step/step_account.hpp"
#include "sim/workload/step/step_choices.hpp"
#include "sim/workload/training/memory.hpp"
#include "sim/workload/training/parallel_grid.hpp"
#include "sim/workload/training/roofline.hpp"
#include "sim/workload/updates/update_choices.hpp"
#include "sim/workload/updates/update_result.hpp"

namespace commsim {

/// Everything that decides a result. Pointers outlive the run.
struct TrainingJob {
  std::string model;  ///< its name
  std::variant<TransformerModel, LayerList> shape;
  Parallelism parallelism;
  AxisOrder order = kMegatronOrder;
  Roofline roofline;
  StepChoices choices;
  Jitter jitter;
  UpdateChoices updates;
  CollectiveRun network;  ///< cluster, model and routes; its call does not matter
};

/// Calls of one kind in a step.
struct CallSummary {
  TrafficItem item;  ///< calls: that a rank makes on average, rounded up
  std::string algorithm;
  Duration time{0};        ///< of one call, while all groups of its kind make it
  std::string bottleneck;  ///< the busiest link then
};

struct TrainingResult {
  Duration time{0};  ///< of a step; with jitter the median of the repetitions
  Duration fast{0};  ///< with jitter: the fifth of a hundred
  Duration slow{0};  ///< the 95th
  /// Averages over the stages; they add up to the time (without jitter's repetitions, of the
  /// first).
  StageTime mean;
  ActivityTimes critical_path;
  FullestStage memory;
  std::int64_t parameters = 0;
  std::int64_t gpus = 0;
  double samples_per_second = 0;
  double tokens_per_second = 0;  ///< 0: the model has no tokens
  double mfu = 0;                ///< FLOPs of the model / what the GPUs could; 0: unknown peak
  std::vector<CallSummary> calls;
  std::vector<MediumLoad> media;  ///< bytes of all ranks in a step, by class of link
  std::int64_t tasks = 0;
  std::optional<UpdateResult> updates;  ///< of parameter servers and local steps

  /// What of the time is communication that computing waited for.
  [[nodiscard]] double exposed_share() const;
};

/// A graph and its times, for a trace.
struct TrainingTimeline {
  StepGraph graph{1};
  std::optional<StepTimes> times;
};

/// Throws RequestError if the degrees are illegal, need more ranks than there are, or the model
/// does not fit into the memory of a GPU; otherwise returns what it takes.
FullestStage require_legal(const TrainingJob& job);

/// No step takes less: all that the busiest stage computes. O(layers).
Duration least_time(const TrainingJob& job);

/// Simulates a step, or some with parameter servers or local steps, of which there is no timeline.
/// Throws RequestError if the degrees are illegal, need more ranks than there are, or do not fit
/// into memory. `prices` are shared by many runs; a timeline is kept if wanted.
TrainingResult run_training(const TrainingJob& job, GroupPrices& prices,
                            TrainingTimeline* timeline = nullptr);

}  // namespace commsim
