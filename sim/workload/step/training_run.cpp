#include "sim/workload/step/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "sim/workload/step/job_step.hpp"
#include "sim/workload/step/slow_cables.hpp"
#include "sim/workload/training/model_flops.hpp"
#include "sim/workload/updates/updates_run.hpp"

namespace commsim::training_run {
namespace {

const TransformerModel* transformer(const TrainingJob& job) {
  return std::get_if<TransformerModel>(&job.shape);
}

FullestStage memory_of(const TrainingJob& job) {
  const auto gpus = smallest_gpus(job, replica_classes(job.gpus, job.parallelism, job.order));
  if (const auto* model = transformer(job)) return fullest_stage(*model, job.parallelism, gpus);
  return {.use = memory(std::get<LayerList>(job.shape), job.parallelism), .gpu = gpus.front()};
}

// Means over the stages of all replicas, rounded so that they still add up.
class MeanStage {
 public:
  void add(const StageTime& stage, std::int64_t replicas) {
    for (std::size_t i = 0; i < kActivities; ++i) {
      spent_[i] += Int128{stage.spent[static_cast<Activity>(i)].count()} * replicas;
      hidden_[i] += Int128{stage.hidden[static_cast<Activity>(i)].count()} * replicas;
    }
    bubble_ += Int128{stage.bubble.count()} * replicas;
    count_ += replicas;
  }
  [[nodiscard]] StageTime mean() const {
    StageTime mean;
    for (std::size_t i = 0; i < kActivities; ++i) {
      mean.spent[static_cast<Activity>(i)] = of(spent_[i]);
      mean.hidden[static_cast<Activity>(i)] = of(hidden_[i]);
    }
    mean.bubble = of(bubble_);
    return mean;
  }

 private:
  [[nodiscard]] Duration of(Int128 sum) const {
    return Duration{static_cast<std::int64_t>(sum / count_)};
  }

  std::array<Int128, kActivities> spent_{};
  std::array<Int128, kActivities> hidden_{};
  Int128 bubble_ = 0;
  std::int64_t count_ = 0;
};

StageTime mean_of(const JobParts& parts, const JobStep& step, const StepTimes& times) {
  MeanStage mean;
  const auto& classes = parts.replicas().classes;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const StageTime& stage :
         account(step.graph, times, static_cast<std::int64_t>(i), step.work[i])) {
      mean.add(stage, classes[i].replicas);
    }
  }
  return mean.mean();
}

// A repetition on other links is another graph.
Duration repetition_on(const JobParts& parts, const Cluster& cluster, std::int64_t repetition) {
  CollectiveRun network = parts.job().network;
  network.cluster = &cluster;
  GroupPrices prices;
  StepCalls calls(parts.job(), network, prices);
  const JobStep step = build_job_step(parts, calls);
  const Jitter& jitter = parts.job().jitter;
  if (jitter.of_computing()) {
    return jittered_step(step.graph, all_replicas(parts, step), jitter, repetition);
  }
  return simulate_step(step.graph, one_of_each(parts, step)).total();
}

JitteredTimes jittered(const JobParts& parts, const JobStep& step, Duration quiet,
                       unsigned threads) {
  const Jitter& jitter = parts.job().jitter;
  std::optional<SlowCables> cables;
  if (jitter.links.any()) cables.emplace(*parts.job().network.cluster, jitter);
  const auto once = [&](std::int64_t repetition) {
    const auto slow = cables ? cables->of(repetition) : std::vector<LinkId>{};
    if (!slow.empty()) return repetition_on(parts, cables->cluster(slow), repetition);
    if (!jitter.of_computing()) return quiet;
    return jittered_step(step.graph, all_replicas(parts, step), jitter, repetition);
  };
  return repeated(jitter, once, parts.job().network.limits, threads);
}

// What all GPUs could compute in that time.
double possible_flops(const TrainingJob& job, double seconds_of_step) {
  const auto counts = job.gpus.counts(job.parallelism.ranks());
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Roofline& type = job.gpus.types()[i];
    sum += seconds_of_step * peak_flops(*type.gpu, type.precision.compute) *
           static_cast<double>(counts[i]);
  }
  return sum;
}

// Of what is not overlapping-dependent: rates.
void measure(const TrainingJob& job, TrainingResult& result) {
  const double seconds_of_step = seconds(result.time);
  const auto samples = static_cast<double>(job.parallelism.global_batch);
  result.gpus = job.parallelism.ranks();
  if (seconds_of_step <= 0) return;
  result.samples_per_second = samples / seconds_of_step;
  double flops = 0;
  if (const auto* model = transformer(job)) {
    result.tokens_per_second = result.samples_per_second * static_cast<double>(model->sequence);
    flops = model_flops(*model) * samples;
    result.parameters = parameters(*model);
  } else {
    const auto& list = std::get<LayerList>(job.shape);
    flops = (forward_flops(list) + backward_flops(list)) * samples;
    result.parameters = parameters(list);
  }
  result.mfu = flops / possible_flops(job, seconds_of_step);
}

}  // namespace
}  // namespace commsim::training_run

namespace commsim {

using namespace training_run;

Duration least_time(const TrainingJob& job) {
  const JobParts parts(job);
  Duration most{0};
  for (std::size_t i = 0; i < parts.replicas().classes.size(); ++i) {
    const std::int64_t passes = parts.replicas().classes[i].micro_batches;
    for (const Duration once : pass_times(parts.stages(i))) most = std::max(most, once * passes);
  }
  return most;
}

FullestStage require_legal(const TrainingJob& job) {
  ensure(!job.balance.any(), "what is to be balanced has been");
  require_degrees(job);
  require_updates(job);
  FullestStage fullest = memory_of(job);
  require_fits(fullest.use, fullest.stage, job.parallelism, *fullest.gpu);
  return fullest;
}

void require_timeline(const TrainingJob& job) {
  if (job.updates.kind == UpdateKind::kAllReduce) return;
  throw RequestError(
      "only steps whose gradients are summed in each have a timeline; legal with --trace: "
      "updates.kind: all_reduce");
}

TrainingResult run_training(const TrainingJob& job, GroupPrices& prices, TrainingTimeline* timeline,
                            unsigned threads) {
  TrainingResult result{.memory = require_legal(job)};
  if (job.updates.kind != UpdateKind::kAllReduce) {
    if (timeline != nullptr) require_timeline(job);
    run_updates(job, prices, result);
    measure(job, result);
    return result;
  }
  const JobParts parts(job);
  StepCalls calls(job, job.network, prices);
  JobStep step = build_job_step(parts, calls);
  StepTimes times = simulate_step(step.graph, one_of_each(parts, step));
  result.tasks = std::ssize(step.graph.tasks());
  result.time = result.fast = result.slow = times.total();
  result.mean = mean_of(parts, step, times);
  result.critical_path = critical_path(step.graph, times);
  if (job.jitter.any()) {
    const JitteredTimes spread = jittered(parts, step, times.total(), threads);
    result.time = spread.median;
    result.fast = spread.fast;
    result.slow = spread.slow;
  }
  result.calls = calls.summary();
  result.media = calls.media();
  measure(job, result);
  if (timeline != nullptr) {
    timeline->graph = std::move(step.graph);
    timeline->times = std::move(times);
  }
  return result;
}

}  // namespace commsim
