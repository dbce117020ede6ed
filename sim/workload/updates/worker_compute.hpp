// How long the workers of data parallelism compute.
#pragma once

#include "sim/workload/step/job_step.hpp"

namespace commsim {

/// The forward and backward passes of an iteration's micro-batches, each with a slowdown of its own
/// that depends on nothing but the jitter, the worker and the iteration: all ways to update see the
/// same computing times. The optimizer is not in it.
class WorkerCompute {
 public:
  /// REQUIRES: data parallelism only. The job outlives it.
  explicit WorkerCompute(const TrainingJob& job);

  [[nodiscard]] Duration time(std::int64_t worker, std::int64_t iteration) const;
  /// The optimizer's pass over all parameters.
  [[nodiscard]] Duration optimizer(std::int64_t worker, std::int64_t parameters) const;
  /// Of a worker on average, without jitter.
  [[nodiscard]] Duration forward() const { return mean(&Passes::forward); }
  [[nodiscard]] Duration backward() const { return mean(&Passes::backward); }

 private:
  // Of workers that are alike.
  struct Passes {
    std::int64_t count = 0;
    Duration forward{0};
    Duration backward{0};
  };
  [[nodiscard]] Duration mean(Duration Passes::*pass) const;
  [[nodiscard]] std::size_t class_of(std::int64_t worker) const;

  JobParts parts_;
  std::vector<Passes> passes_;  // by class of replicas
};

}  // namespace commsim
