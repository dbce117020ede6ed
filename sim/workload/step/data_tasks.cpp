#include "sim/workload/step/data_tasks.hpp"

#include <algorithm>

namespace commsim {

namespace {

// What a bucket holds; 0: there is none of that size.
std::int64_t parameters_in(Bytes bucket, const Parallelism& parallelism) {
  if (bucket == Bytes{0}) return 0;
  return std::max<std::int64_t>(1, bucket.count() / parallelism.precision.gradient);
}

GradientBuckets buckets_of(const Parallelism& parallelism, const StepChoices& choices) {
  if (!choices.overlap_gradients) return GradientBuckets(0);
  const bool unit_by_unit = parallelism.zero == ZeroStage::kParameters;
  return GradientBuckets(parameters_in(choices.bucket, parallelism),
                         unit_by_unit ? 0 : parameters_in(choices.first_bucket, parallelism));
}

}  // namespace

DataTasks::DataTasks(StepGraph& graph, std::int64_t stage, const Parallelism& parallelism,
                     const StepChoices& choices, const CallPricing& price)
    : graph_(graph),
      stage_(stage),
      parallelism_(parallelism),
      choices_(choices),
      price_(price),
      common_{common_replicas(parallelism), buckets_of(parallelism, choices)},
      experts_{expert_replicas(parallelism), buckets_of(parallelism, choices)} {}

void DataTasks::add_gradients(const StageUnit& unit, TaskId after, bool last) {
  const auto add_to = [&](Replicas& replicas, std::int64_t parameters) {
    if (parameters == 0 || !replicas.any()) return;
    replicas.ready = after;
    const auto batches = replicas.gradients.add(parameters);
    for (const GradientBatch& batch : batches) send_gradients(replicas, batch, after, last);
  };
  add_to(common_, unit.common);
  add_to(experts_, unit.experts);
}

void DataTasks::flush_gradients(TaskId after, bool last) {
  for (Replicas* replicas : {&common_, &experts_}) {
    const TaskId ready = choices_.overlap_gradients ? replicas->ready : after;
    send_gradients(*replicas, replicas->gradients.rest(), ready, last);
  }
}

void DataTasks::send_gradients(const Replicas& replicas, const GradientBatch& batch, TaskId after,
                               bool last) {
  if (batch.count == 0) return;
  const ReplicaGroup& group = replicas.group;
  const std::int64_t width = parallelism_.precision.gradient;
  const Bytes size = Bytes{batch.parameters} * width;
  if (parallelism_.zero == ZeroStage::kNone) {
    add(replicas, CollectiveKind::kAllReduce, group.shard, group.shards, size, batch.count, after);
    return;
  }
  const TaskId scattered = add(replicas, CollectiveKind::kReduceScatter, group.shard, group.shards,
                               size, batch.count, after);
  if (!last) return;
  const std::int64_t shard = (batch.parameters + group.shards - 1) / group.shards;
  add(replicas, CollectiveKind::kAllReduce, group.across, group.copies, Bytes{shard} * width,
      batch.count, scattered == kNoTask ? after : scattered);
}

std::vector<TaskId> DataTasks::gather(const std::vector<const StageUnit*>& units, TaskId after) {
  std::vector<TaskId> there(units.size(), kNoTask);
  const std::int64_t width = parallelism_.precision.weight;
  const std::int64_t full = choices_.bucket.count() / width;
  std::int64_t common = 0;
  std::int64_t experts = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    common += units[i]->common;
    experts += units[i]->experts;
    const bool last = i + 1 == units.size();
    if (!last && (full <= 0 || common + experts < full)) continue;
    TaskId task = gather_parameters(common_, common, after);
    if (const TaskId more = gather_parameters(experts_, experts, after); more != kNoTask) {
      task = more;
    }
    for (; first <= i; ++first) there[first] = task;
    common = 0;
    experts = 0;
  }
  return there;
}

TaskId DataTasks::gather_unit(const StageUnit& unit, TaskId after) {
  const TaskId common = gather_parameters(common_, unit.common, after);
  const TaskId experts = gather_parameters(experts_, unit.experts, after);
  return experts == kNoTask ? common : experts;
}

TaskId DataTasks::gather_parameters(const Replicas& replicas, std::int64_t parameters,
                                    TaskId after) {
  return add(replicas, CollectiveKind::kAllGather, replicas.group.shard, replicas.group.shards,
             Bytes{parameters} * parallelism_.precision.weight, 1, after);
}

TaskId DataTasks::add(const Replicas& replicas, CollectiveKind kind, GroupKind group,
                      std::int64_t ranks, Bytes size, std::int64_t count, TaskId after) {
  if (!replicas.any() || ranks < 2 || size == Bytes{}) return kNoTask;
  const TrafficItem call{.traffic = Traffic::kData,
                         .what = "gradients",
                         .collective = kind,
                         .group = group,
                         .ranks = ranks,
                         .size = size,
                         .calls = count};
  last_ = graph_.add({.stage = static_cast<std::int32_t>(stage_),
                      .stream = GpuStream::kData,
                      .activity = Activity::kData,
                      .together = true,
                      .time = price_(stage_, call)},
                     {after});
  return last_;
}

}  // namespace commsim
