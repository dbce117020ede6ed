// How long the workers of data parallelism compute.
#pragma once

#include "sim/workload/step/jitter.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

/// The forward and backward passes of an iteration's micro-batches, each with a slowdown of its own
/// that depends on nothing but the jitter, the worker and the iteration: all ways to update see the
/// same computing times. The optimizer is not in it.
class WorkerCompute {
 public:
  /// REQUIRES: data parallelism only.
  explicit WorkerCompute(const TrainingJob& job);

  [[nodiscard]] Duration time(std::int64_t worker, std::int64_t iteration) const;
  /// Without jitter.
  [[nodiscard]] Duration forward() const { return forward_ * passes_; }
  [[nodiscard]] Duration backward() const { return backward_ * passes_; }

 private:
  Jitter jitter_;
  std::int64_t passes_;
  Duration forward_{0};
  Duration backward_{0};
};

}  // namespace commsim
