// Training whose replicas do not sum their gradients in every step.
#pragma once

#include "core/error.hpp"
#include "sim/workload/step/training_run.hpp"

namespace commsim {

class IllegalUpdates : public RequestError {
  using RequestError::RequestError;
};

/// Throws IllegalUpdates unless the job's choices of updates are possible: data parallelism without
/// ZeRO and compression, one route for each message, and not more than can be simulated. Whatever
/// sums gradients in every step is legal here.
void require_updates(const TrainingJob& job);

/// Simulates iterations of all workers and puts what comes of them into the result: time (that
/// after which all have done one more, on average), mean, media, tasks and updates. The rest is
/// left. REQUIRES: require_updates(job), and another kind than all_reduce. Throws RequestError if
/// the algorithm of an average cannot.
void run_updates(const TrainingJob& job, GroupPrices& prices, TrainingResult& result);

}  // namespace commsim
