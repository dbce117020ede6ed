// Does training still converge? Synchronous data-parallel stochastic gradient descent, with what an
// exchange makes of the gradients, beside the same without loss.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collectives/convergence/aggregation.hpp"
#include "collectives/convergence/gradient_exchange.hpp"
#include "collectives/convergence/learning_problem.hpp"

namespace commsim {

struct TrainingOptions {
  /// Samples of each worker, which has those that follow the last worker's.
  std::vector<std::int64_t> shards = {10, 10, 10, 10};
  std::int64_t batch = 0;  ///< samples that a worker draws at each step, without repetition; 0: all
  std::int64_t steps = 200;
  double learning_rate = 0.1;
  Aggregation aggregation;
  std::uint64_t seed = 1;  ///< of batches
};

struct TrainingRun {
  std::vector<double> losses;      ///< over all samples: at the start and after each step
  std::vector<double> parameters;  ///< after the last step
  /// A gradient or a loss was not finite, which ended the run early, or the last loss is beyond the
  /// first one.
  bool diverged = false;

  /// The first step after which the loss is at most `loss`; absent if there is none.
  [[nodiscard]] std::optional<std::int64_t> steps_to(double loss) const;
};

/// Each step takes parameters w to w - learning_rate mean(g_1, ..., g_W), where g_i is the gradient
/// of worker i over its batch. All workers have the same w. Throws RequestError, before any step,
/// for shards that are not all samples of the problem, a batch beyond the smallest shard, no steps
/// or more than a million, a learning rate that is not positive and finite, more than 2^40
/// multiplications, and what aggregate() and the exchanges refuse. Takes O(steps x samples x
/// parameters).
TrainingRun train(const LearningProblem& problem, const TrainingOptions& options,
                  const ExchangeMaker& make);

/// The same training without and with loss.
struct Convergence {
  TrainingRun exact;
  TrainingRun compressed;
  /// The last loss with loss of information / that without; absent if a run diverged, or if the one
  /// without ends at 0.
  std::optional<double> loss_ratio;
  /// Steps until a run's loss is at most (1 + tolerance) times the last one of the exact run;
  /// absent where it never is, or if the exact run diverged.
  std::optional<std::int64_t> exact_steps;
  std::optional<std::int64_t> compressed_steps;
};

/// Trains twice, with the same batches. Throws what train() throws, and RequestError for a
/// tolerance that is negative or not finite.
Convergence compare_training(const LearningProblem& problem, const TrainingOptions& options,
                             const ExchangeMaker& make, double tolerance);

}  // namespace commsim
