#include "sim/workload/step/job_step.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/index.hpp"
#include "sim/workload/step/step_builder.hpp"

namespace commsim::job_step {
namespace {

StepGraph graph_of(const JobParts& parts, std::size_t number, const CallPricing& price) {
  const TrainingJob& job = parts.job();
  const std::function<Duration(std::int64_t, const StepParameters&)> optimizer =
      [&](std::int64_t stage, const StepParameters& parameters) {
        return parts.fleet().optimizer(parts.replicas().classes[number], stage, parameters);
      };
  return build_step({.stages = parts.stages(number),
                     .parallelism = job.parallelism,
                     .choices = job.choices,
                     .price = price,
                     .optimizer = optimizer});
}

std::vector<Duration> durations(const StepGraph& graph, Duration StepTask::*of) {
  std::vector<Duration> times;
  times.reserve(graph.tasks().size());
  for (const StepTask& task : graph.tasks()) times.push_back(task.*of);
  return times;
}

void join(GpuTypes& types, const GpuTypes& more) {
  GpuTypes all;
  std::ranges::set_union(types, more, std::back_inserter(all));
  types = std::move(all);
}

}  // namespace
}  // namespace commsim::job_step

namespace commsim {

JobParts::JobParts(const TrainingJob& job)
    : job_(job), replicas_(replica_classes(job.gpus, job.parallelism, job.order)), fleet_(job) {
  of_stages_.resize(replicas_.classes.front().stages.size());
  for (const ReplicaClass& replica : replicas_.classes) {
    stages_.push_back(fleet_.of(replica));
    for (std::size_t s = 0; s < of_stages_.size(); ++s) {
      job_step::join(of_stages_[s], replica.stages[s]);
      job_step::join(of_all_, replica.stages[s]);
    }
  }
}

const GpuTypes& JobParts::types(std::size_t replica_class, std::int64_t stage,
                                const TrafficItem& call) const {
  switch (call.group) {
    case GroupKind::kTensor:
    case GroupKind::kContext:
    case GroupKind::kExpert:
      return replicas_.classes[replica_class].stages[index(stage)];
    case GroupKind::kPipeline:
    case GroupKind::kEnds:
      return of_all_;
    default:
      return of_stages_[index(stage)];
  }
}

JobStep build_job_step(const JobParts& parts, StepCalls& calls) {
  using namespace job_step;
  JobStep step{.graph = graph_of(parts, 0,
                                 [&](std::int64_t stage, const TrafficItem& item) {
                                   return calls.price(item, parts.types(0, stage, item));
                                 }),
               .work = {}};
  const std::int64_t most = parts.job().parallelism.micro_batches();
  const auto& classes = parts.replicas().classes;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    ReplicaWork& own = step.work.emplace_back();
    own.first_micro_batch = static_cast<std::int32_t>(most - classes[i].micro_batches);
    if (i == 0 || classes[i].stages == classes.front().stages) continue;
    const StepGraph graph = graph_of(parts, i, [&](std::int64_t stage, const TrafficItem& item) {
      return calls.price_again(item, parts.types(i, stage, item));
    });
    own.times = durations(graph, &StepTask::time);
    own.hidden = durations(graph, &StepTask::hidden);
    ensure(own.times.size() == step.graph.tasks().size(), "replicas have the same tasks");
  }
  return step;
}

StepConditions one_of_each(const JobParts& parts, const JobStep& step) {
  return {.replicas = std::ssize(step.work),
          .lost_to_communication = parts.job().choices.lost_to_communication,
          .work = step.work};
}

StepConditions all_replicas(const JobParts& parts, const JobStep& step) {
  StepConditions conditions = one_of_each(parts, step);
  conditions.replicas = parts.job().parallelism.data;
  conditions.work_of = parts.replicas().of_replica;
  return conditions;
}

}  // namespace commsim
