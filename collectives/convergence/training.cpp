#include "collectives/convergence/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

namespace commsim::convergence_training {
namespace {

constexpr std::int64_t kMostSteps = 1'000'000;
constexpr double kMostWork = 0x1p40;

void check(const LearningProblem& problem, const TrainingOptions& options) {
  std::int64_t left = problem.samples();
  for (const std::int64_t shard : options.shards) {
    if (shard < 1 || shard > left) {
      throw RequestError(
          fmt::format("a shard of {} samples: 1 to the {} that are left are legal", shard, left));
    }
    left -= shard;
  }
  if (left != 0) {
    throw RequestError(fmt::format("{} of {} samples are in no shard: each must be in one", left,
                                   problem.samples()));
  }
  const std::int64_t smallest = *std::min_element(options.shards.begin(), options.shards.end());
  if (options.batch < 0 || options.batch > smallest) {
    throw RequestError(
        fmt::format("a batch of {} samples: 0 (for all) to {}, the smallest shard, are legal",
                    options.batch, smallest));
  }
  if (options.steps < 1 || options.steps > kMostSteps) {
    throw RequestError(fmt::format("{} steps: 1 to {} are legal", options.steps, kMostSteps));
  }
  if (!std::isfinite(options.learning_rate) || options.learning_rate <= 0) {
    throw RequestError(fmt::format("a learning rate of {}: it must be positive and finite",
                                   options.learning_rate));
  }
  if (static_cast<double>(options.steps) * static_cast<double>(problem.samples()) *
          static_cast<double>(problem.parameters()) >
      kMostWork) {
    throw RequestError(fmt::format(
        "{} steps over {} samples with {} parameters: the product must not be beyond 2^40",
        options.steps, problem.samples(), problem.parameters()));
  }
}

// A worker, its samples in an order that drawing changes, and its gradient.
class Worker {
 public:
  Worker(std::int64_t first, std::int64_t samples, std::int64_t batch, std::uint64_t seed,
         std::int64_t parameters)
      : samples_(index(samples)),
        batch_(index(batch == 0 ? samples : batch)),
        random_(seed),
        gradient_(index(parameters)) {
    std::iota(samples_.begin(), samples_.end(), first);
  }

  TensorView step(const LearningProblem& problem, std::span<const double> parameters) {
    if (batch_ < samples_.size()) draw();
    problem.gradient(parameters, std::span(samples_).first(batch_), gradient_);
    return TensorView::vector(gradient_);
  }

 private:
  // The first steps of a shuffle (Fisher and Yates), whatever the order before.
  void draw() {
    for (std::size_t i = 0; i < batch_; ++i) {
      std::swap(samples_[i], samples_[i + random_.below(samples_.size() - i)]);
    }
  }

  std::vector<std::int64_t> samples_;
  std::size_t batch_;
  Random random_;
  std::vector<float> gradient_;
};

std::vector<Worker> workers_of(const LearningProblem& problem, const TrainingOptions& options) {
  std::vector<Worker> workers;
  std::int64_t first = 0;
  for (const std::int64_t shard : options.shards) {
    const std::uint64_t seed = mix(mix(options.seed) + workers.size());
    workers.emplace_back(first, shard, options.batch, seed, problem.parameters());
    first += shard;
  }
  return workers;
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

}  // namespace
}  // namespace commsim::convergence_training

namespace commsim {

std::optional<std::int64_t> TrainingRun::steps_to(double loss) const {
  const auto reached =
      std::find_if(losses.begin(), losses.end(), [&](double now) { return now <= loss; });
  if (reached == losses.end()) return std::nullopt;
  return reached - losses.begin();
}

TrainingRun train(const LearningProblem& problem, const TrainingOptions& options,
                  const ExchangeMaker& make) {
  using namespace convergence_training;
  check(problem, options);
  const auto exchange = aggregate(options.aggregation, problem.layers(), options.shards, make);
  std::vector<Worker> workers = workers_of(problem, options);
  std::vector<TensorView> gradients(workers.size());
  std::vector<float> mean(index(problem.parameters()));

  TrainingRun run{.losses = {}, .parameters = problem.start()};
  run.losses.push_back(problem.loss(run.parameters));
  for (std::int64_t step = 0; step < options.steps; ++step) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      gradients[i] = workers[i].step(problem, run.parameters);
    }
    exchange->mean(gradients, mean);
    // An infinite weight before a tanh would not show in the loss.
    run.diverged = !all_finite(mean);
    if (run.diverged) return run;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      run.parameters[i] -= options.learning_rate * static_cast<double>(mean[i]);
    }
    run.losses.push_back(problem.loss(run.parameters));
    run.diverged = !std::isfinite(run.losses.back());
    if (run.diverged) return run;
  }
  run.diverged = run.losses.back() > run.losses.front();
  return run;
}

Convergence compare_training(const LearningProblem& problem, const TrainingOptions& options,
                             const ExchangeMaker& make, double tolerance) {
  if (!std::isfinite(tolerance) || tolerance < 0) {
    throw RequestError(
        fmt::format("a tolerance of {}: it must be finite and not negative", tolerance));
  }
  Convergence result{.exact = train(problem, options, exact_exchange()),
                     .compressed = train(problem, options, make)};
  if (result.exact.diverged) return result;
  const double last = result.exact.losses.back();
  if (!result.compressed.diverged && last > 0) {
    result.loss_ratio = result.compressed.losses.back() / last;
  }
  result.exact_steps = result.exact.steps_to((1 + tolerance) * last);
  result.compressed_steps = result.compressed.steps_to((1 + tolerance) * last);
  return result;
}

}  // namespace commsim
