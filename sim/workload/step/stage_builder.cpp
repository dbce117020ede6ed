#include "sim/workload/step/stage_builder.hpp"

#include <algorithm>
#include <array>

#include "core/index.hpp"
#include "sim/workload/training/rank_parameters.hpp"

namespace commsim {

namespace {

Activity activity_of_pass(Pass pass) {
  return pass == Pass::kForward ? Activity::kForward : Activity::kBackward;
}

}  // namespace

StageBuilder::StageBuilder(StepGraph& graph, const StepParts& parts, std::int64_t stage)
    : graph_(graph),
      parts_(parts),
      units_(parts.stages[index(stage)]),
      stage_(static_cast<std::int32_t>(stage)),
      data_(graph, stage, parts.parallelism, parts.choices, parts.price),
      micro_batches_(parts.parallelism.micro_batches()) {
  firsts_.insert(0);
  for (const std::int64_t share : parts.parallelism.shares) firsts_.insert(micro_batches_ - share);
}

// Gradients are summed over micro-batches first, unless only a shard of them is kept.
bool StageBuilder::sends_gradients(const PipelineTask& task) const {
  if (task.pass == Pass::kForward || !data_.any()) return false;
  return parts_.parallelism.zero >= ZeroStage::kGradients || is_last(task);
}

bool StageBuilder::is_last(const PipelineTask& task) const {
  return task.micro_batch == micro_batches_ - 1;
}

// Of some replica, whose parameters may still be on their way.
bool StageBuilder::is_first_forward(const PipelineTask& task) const {
  return task.pass == Pass::kForward && firsts_.contains(task.micro_batch);
}

bool StageBuilder::one_by_one(const PipelineTask& task) const {
  if (!data_.any()) return false;
  if (parts_.parallelism.zero == ZeroStage::kParameters) return true;
  if (sends_gradients(task)) return true;
  return is_first_forward(task) && !gathered_.empty();
}

void StageBuilder::add_passes(Ends& ends) {
  const Parallelism& parallelism = parts_.parallelism;
  const auto& schedule = Registry<PipelineSchedule>::get(parallelism.schedule, "pipeline schedule");
  const auto order = stage_order(schedule, parallelism.pipeline_shape(), stage_);
  plan_gathers(order);
  for (const PipelineTask& task : order) {
    const std::size_t chunk = index(task.chunk * parallelism.pipeline + stage_);
    auto& passes = task.pass == Pass::kForward ? ends.forward : ends.backward;
    passes[chunk][index(task.micro_batch)] = add_pass(task);
  }
  if (data_.any()) data_.flush_gradients(last_, true);
}

// What of the parameters is gathered when.
void StageBuilder::plan_gathers(const std::vector<PipelineTask>& order) {
  const ZeroStage zero = parts_.parallelism.zero;
  if (!data_.any() || zero == ZeroStage::kNone) return;
  if (zero == ZeroStage::kParameters) {
    for (const PipelineTask& task : order) {
      if (task.pass == Pass::kBackward && !parts_.parallelism.reshard_after_forward) continue;
      const auto& units = units_.chunks[index(task.chunk)].units;
      for (std::size_t i = 0; i < units.size(); ++i) {
        const std::size_t at = task.pass == Pass::kForward ? i : units.size() - 1 - i;
        to_gather_.push_back(&units[at]);
      }
    }
    return;
  }
  if (!parts_.choices.overlap_parameters) return;
  std::vector<const StageUnit*> units;
  for (const ChunkUnits& chunk : units_.chunks) {
    for (const StageUnit& unit : chunk.units) units.push_back(&unit);
  }
  const std::vector<TaskId> there = data_.gather(units, kNoTask);
  for (std::size_t i = 0; i < units.size(); ++i) gathered_[units[i]] = there[i];
}

PassEnds StageBuilder::add_pass(const PipelineTask& task) {
  const ChunkUnits& chunk = units_.chunks[index(task.chunk)];
  const bool forward = task.pass == Pass::kForward;
  micro_batch_ = static_cast<std::int32_t>(task.micro_batch);
  first_ = kNoTask;
  call(forward ? chunk.forward_arrival : chunk.backward_arrival);
  if (!chunk.units.empty() && one_by_one(task)) {
    for (std::size_t i = 0; i < chunk.units.size(); ++i) {
      add_unit(chunk.units[forward ? i : chunk.units.size() - 1 - i], task);
    }
    // Only a shard of the sum is kept from one micro-batch to the next.
    if (sends_gradients(task) && !is_last(task)) data_.flush_gradients(last_, false);
  } else {
    add_together(chunk, task.pass);
  }
  const TaskId sent =
      depart(forward ? chunk.forward_departure : chunk.backward_departure, task.pass);
  micro_batch_ = -1;
  return {.first = first_, .done = sent == kNoTask ? last_ : sent};
}

void StageBuilder::add_together(const ChunkUnits& chunk, Pass pass) {
  Duration time{0};
  std::vector<TrafficItem> calls;
  CutProducts products;
  for (const StageUnit& unit : chunk.units) {
    const UnitPass& own = unit.pass(pass);
    time += own.time;
    calls.insert(calls.end(), own.calls.begin(), own.calls.end());
    products.insert(own.products.begin(), own.products.end());
  }
  compute(time, activity_of_pass(pass), chunk.units.empty() ? nullptr : &chunk.units.front());
  call(calls, products);
}

void StageBuilder::add_unit(const StageUnit& unit, const PipelineTask& task) {
  TaskId gathered = kNoTask;
  const bool gathers = parts_.parallelism.zero == ZeroStage::kParameters &&
                       (task.pass == Pass::kForward || parts_.parallelism.reshard_after_forward);
  if (gathers) {
    gather_ahead();
    gathered = gathers_[used_.size()];
  } else if (is_first_forward(task)) {
    const auto place = gathered_.find(&unit);
    if (place != gathered_.end()) gathered = place->second;
  }
  const UnitPass& pass = unit.pass(task.pass);
  compute(pass.time, activity_of_pass(task.pass), &unit, gathered);
  call(pass.calls, pass.products);
  if (gathers) used_.push_back(last_);
  if (!sends_gradients(task)) return;
  data_.add_gradients(unit, last_, is_last(task));
  // FSDP reduces unit by unit.
  if (parts_.parallelism.zero == ZeroStage::kParameters) {
    data_.flush_gradients(last_, is_last(task));
  }
}

// The unit that computes next and those ahead of it; one that is ahead by n is gathered once the
// unit n + 1 before it has ended, whose memory it takes.
void StageBuilder::gather_ahead() {
  const std::size_t ahead = index(parts_.parallelism.prefetch);
  const std::size_t until = std::min(used_.size() + 1 + ahead, to_gather_.size());
  while (gathers_.size() < until) {
    const std::size_t next = gathers_.size();
    const TaskId after = next > ahead ? used_[next - ahead - 1] : kNoTask;
    gathers_.push_back(data_.gather_unit(*to_gather_[next], after));
  }
}

void StageBuilder::compute(Duration time, Activity activity, const StageUnit* unit, TaskId after) {
  const std::int64_t layer = unit == nullptr ? -1 : unit->layer;
  last_ = graph_.add({.stage = stage_,
                      .stream = GpuStream::kCompute,
                      .activity = activity,
                      .micro_batch = micro_batch_,
                      .layer = static_cast<std::int32_t>(layer),
                      .time = time},
                     {after});
  if (first_ == kNoTask) first_ = last_;
}

// One task for each traffic that takes any time, were nothing hidden: which tasks there are must
// not depend on the GPUs.
void StageBuilder::call(const std::vector<TrafficItem>& calls, const CutProducts& products) {
  std::array<Duration, kActivities> times{};
  std::array<Duration, kActivities> hidden{};
  for (const TrafficItem& item : calls) {
    const Duration time = parts_.price(stage_, item);
    const Duration left = shown(item, time, products);
    times[static_cast<std::size_t>(activity_of(item.traffic))] += left;
    hidden[static_cast<std::size_t>(activity_of(item.traffic))] += time - left;
  }
  for (std::size_t i = 0; i < kActivities; ++i) {
    if (times[i] == Duration{0}) continue;
    last_ = graph_.add({.stage = stage_,
                        .stream = GpuStream::kCompute,
                        .activity = static_cast<Activity>(i),
                        .micro_batch = micro_batch_,
                        .time = times[i],
                        .hidden = hidden[i]});
    if (first_ == kNoTask) first_ = last_;
  }
}

// What of a call is not behind products. In pieces, the last of them is multiplied when the last
// has come, or leaves when the last has been multiplied; that pieces take longer than the whole
// counts.
Duration StageBuilder::shown(const TrafficItem& item, Duration time,
                             const CutProducts& products) const {
  if (item.traffic != Traffic::kTensor || time == Duration{0}) return time;
  const auto cut = products.find(item.product);
  Duration left = time;
  if (!parts_.choices.tensor_pieces) {
    const double share = 1 - parts_.choices.tensor_hidden;
    left = Duration{static_cast<std::int64_t>(static_cast<double>(time.count()) * share)};
  } else if (cut != products.end()) {
    const auto& [whole, piece] = cut->second;
    const Duration waits = std::max(Duration{0}, time / item.calls - (item.ranks - 1) * piece);
    left = std::min(time, item.calls * (waits + item.ranks * piece - whole));
  }
  return std::max(Duration{1}, left);
}

TaskId StageBuilder::depart(const std::vector<TrafficItem>& calls, Pass pass) {
  TaskId sent = kNoTask;
  const bool overlap = parts_.choices.overlap_sends;
  for (const TrafficItem& item : calls) {
    sent = graph_.add({.stage = stage_,
                       .stream = !overlap                 ? GpuStream::kCompute
                                 : pass == Pass::kForward ? GpuStream::kForwardSends
                                                          : GpuStream::kBackwardSends,
                       .activity = activity_of(item.traffic),
                       .micro_batch = micro_batch_,
                       .time = parts_.price(stage_, item)},
                      {last_});
    if (!overlap) last_ = sent;
  }
  return sent;
}

void StageBuilder::finish(TaskId tied) {
  const Parallelism& parallelism = parts_.parallelism;
  if (parallelism.sequence_parallel) {
    const TrafficItem norms{.traffic = Traffic::kNorms,
                            .what = "replicated gradients",
                            .group = GroupKind::kTensor,
                            .ranks = parallelism.tensor,
                            .size = Bytes{units_.replicated} * parallelism.precision.gradient,
                            .calls = 1};
    if (norms.ranks > 1 && norms.size > Bytes{}) call({norms});
  }
  std::vector<const StageUnit*> units;
  std::int64_t common = 0;
  std::int64_t experts = 0;
  for (const ChunkUnits& chunk : units_.chunks) {
    for (const StageUnit& unit : chunk.units) {
      units.push_back(&unit);
      common += unit.common;
      experts += unit.experts;
    }
  }
  const RankParameters whole{.common = common, .experts = experts};
  const RankParameters kept = kept_from(ZeroStage::kGradients, whole, parallelism);
  const StepParameters parameters{
      .summed = (parallelism.replicas() > 1 ? kept.common : 0) +
                (parallelism.expert_replicas() > 1 ? kept.experts : 0),
      .updated = kept_from(ZeroStage::kOptimizer, whole, parallelism).total()};
  const std::array<TaskId, 2> after = {data_.last(), tied};
  last_ = graph_.add({.stage = stage_,
                      .stream = GpuStream::kCompute,
                      .activity = Activity::kOptimizer,
                      .time = parts_.optimizer(stage_, parameters)},
                     after);
  const bool sharded =
      parallelism.zero == ZeroStage::kOptimizer || parallelism.zero == ZeroStage::kGradients;
  if (sharded && data_.any() && !parts_.choices.overlap_parameters) data_.gather(units, last_);
}

}  // namespace commsim
