// One training step of one model on one cluster.
#pragma once

#include <optional>
#include <vector>

#include "sim/workload/step/group_prices.hpp"
#include "sim/workload/step/step_account.hpp"
#include "sim/workload/step/step_calls.hpp"
#include "sim/workload/step/training_job.hpp"
#include "sim/workload/training/memory.hpp"
#include "sim/workload/updates/update_result.hpp"

namespace commsim {

struct TrainingResult {
  Duration time{0};  ///< of a step; with jitter the median of the repetitions
  Duration fast{0};  ///< with jitter: the fifth of a hundred
  Duration slow{0};  ///< the 95th
  /// Averages over the stages of all replicas; they add up to the time (without jitter's
  /// repetitions, of the first).
  StageTime mean;
  ActivityTimes critical_path;
  FullestStage memory;
  std::int64_t parameters = 0;
  std::int64_t gpus = 0;
  double samples_per_second = 0;
  double tokens_per_second = 0;  ///< 0: the model has no tokens
  double mfu = 0;                ///< FLOPs of the model / what all GPUs could; 0: unknown peak
  std::vector<CallSummary> calls;
  std::vector<MediumLoad> media;  ///< bytes of all ranks in a step, by class of link
  std::int64_t tasks = 0;
  std::optional<UpdateResult> updates;  ///< of parameter servers and local steps
};

/// A graph and its times, for a trace.
struct TrainingTimeline {
  StepGraph graph{1};
  std::optional<StepTimes> times;
};

/// Throws RequestError if the degrees are illegal, need more ranks than there are, or the model
/// does not fit into the memory of a GPU; otherwise returns what it takes. REQUIRES: what was to be
/// balanced has been (balance()).
FullestStage require_legal(const TrainingJob& job);

/// Throws RequestError unless the job's steps have a timeline: those with parameter servers and
/// local steps have none.
void require_timeline(const TrainingJob& job);

/// No step takes less: all that the busiest stage computes. O(layers * classes of replicas).
Duration least_time(const TrainingJob& job);

/// Simulates a step, or some with parameter servers or local steps, of which there is no timeline.
/// Of replicas that are alike one stands for all, unless there is jitter, whose repetitions go on
/// so many threads; no answer depends on their number. Throws as require_legal. `prices` are shared
/// by many runs; a timeline is kept if wanted; its first replica is the job's.
TrainingResult run_training(const TrainingJob& job, GroupPrices& prices,
                            TrainingTimeline* timeline = nullptr, unsigned threads = 1);

}  // namespace commsim
