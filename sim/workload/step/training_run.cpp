#include "sim/workload/step/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/workload/step/stage_units.hpp"
#include "sim/workload/step/step_builder.hpp"
#include "sim/workload/training/model_flops.hpp"
#include "sim/workload/updates/updates_run.hpp"

namespace commsim::training_run {
namespace {

const TransformerModel* transformer(const TrainingJob& job) {
  return std::get_if<TransformerModel>(&job.shape);
}

void require_degrees(const TrainingJob& job) {
  std::visit([&](const auto& model) { validate(job.parallelism, model); }, job.shape);
  const Rank have = job.network.cluster->topology.rank_count();
  if (job.parallelism.ranks() < have && have % job.parallelism.ranks() != 0) {
    throw RequestError(fmt::format(
        "data {} * tensor {} * pipeline {} * context {} take {} GPUs, which is no part of the {} "
        "that the topology has",
        job.parallelism.data, job.parallelism.tensor, job.parallelism.pipeline,
        job.parallelism.context, job.parallelism.ranks(), have));
  }
  if (job.parallelism.ranks() > have) {
    throw RequestError(fmt::format(
        "data {} * tensor {} * pipeline {} * context {} take {} GPUs, and the topology has {}",
        job.parallelism.data, job.parallelism.tensor, job.parallelism.pipeline,
        job.parallelism.context, job.parallelism.ranks(), have));
  }
}

// Prices calls by simulating all groups of their kind, and keeps count of them.
class Calls {
 public:
  Calls(const TrainingJob& job, GroupPrices& prices)
      : job_(job), prices_(prices), grid_(job.parallelism, job.order) {}

  // Of item.calls calls, one after another, of one stage.
  Duration price(const TrafficItem& item) {
    Known& known = known_[{item.traffic, item.collective, item.group, item.size.count()}];
    if (known.price == nullptr) {
      known.item = item;
      known.item.calls = 0;
      known.price = &found(item);
    }
    known.item.calls += item.calls;
    return known.price->time * item.calls;
  }

  // Of each kind of call the size that takes longest, and as many as a rank makes on average.
  [[nodiscard]] std::vector<CallSummary> summary() const {
    std::vector<CallSummary> all;
    for (const auto& [key, known] : known_) {
      CallSummary call{known.item, known.price->algorithm, known.price->time,
                       known.price->bottleneck};
      call.item.calls = (call.item.calls + stages_of(known.item) - 1) / stages_of(known.item);
      const auto same = std::find_if(all.begin(), all.end(), [&](const CallSummary& old) {
        return old.item.traffic == call.item.traffic &&
               old.item.collective == call.item.collective && old.item.group == call.item.group;
      });
      if (same == all.end()) {
        all.push_back(std::move(call));
      } else if (call.item.calls * call.time > same->item.calls * same->time) {
        *same = std::move(call);
      }
    }
    return all;
  }

  // Bytes of all ranks, by class of link. A price holds those of the groups of all stages.
  [[nodiscard]] std::vector<MediumLoad> media() const {
    std::vector<MediumLoad> loads;
    for (const std::string& medium : job_.network.cluster->topology.media()) {
      loads.push_back({.medium = medium});
    }
    for (const auto& [key, known] : known_) {
      for (std::size_t m = 0; m < loads.size(); ++m) {
        const MediumLoad& one = known.price->media[m];
        loads[m].bytes += Bytes{one.bytes.count() / stages_of(known.item)} * known.item.calls;
        loads[m].links = std::max(loads[m].links, one.links);
      }
    }
    return loads;
  }

 private:
  struct Known {
    TrafficItem item;  // calls: of all stages
    const GroupPrice* price = nullptr;
  };
  using Key = std::tuple<Traffic, CollectiveKind, GroupKind, std::int64_t>;

  [[nodiscard]] std::int64_t stages_of(const TrafficItem& item) const {
    return item.group == GroupKind::kEnds ? 1 : job_.parallelism.pipeline;
  }
  const GroupPrice& found(const TrafficItem& item) {
    auto& groups = groups_[item.group];
    if (groups.groups.empty()) groups = rank_groups(grid_.groups(item.group));
    return prices_.price(
        job_.network,
        {.groups = &groups,
         .kind = item.collective,
         .size = item.size,
         .algorithm = algorithm_of(job_.choices, item),
         .compression = item.traffic == Traffic::kData ? job_.choices.compression : nullptr});
  }

  const TrainingJob& job_;
  GroupPrices& prices_;
  ParallelGrid grid_;
  std::map<GroupKind, RankGroups> groups_;
  std::map<Key, Known> known_;
};

FullestStage memory_of(const TrainingJob& job) {
  if (const auto* model = transformer(job)) return fullest_stage(*model, job.parallelism);
  return {.use = memory(std::get<LayerList>(job.shape), job.parallelism)};
}

// Means over the stages, rounded so that they still add up.
StageTime mean_of(const std::vector<StageTime>& stages) {
  StageTime sum;
  const auto add_to = [](ActivityTimes& to, const ActivityTimes& from) {
    for (std::size_t i = 0; i < kActivities; ++i) {
      to[static_cast<Activity>(i)] += from[static_cast<Activity>(i)];
    }
  };
  for (const StageTime& stage : stages) {
    add_to(sum.spent, stage.spent);
    add_to(sum.hidden, stage.hidden);
    sum.bubble += stage.bubble;
  }
  const auto count = std::ssize(stages);
  for (std::size_t i = 0; i < kActivities; ++i) {
    sum.spent[static_cast<Activity>(i)] /= count;
    sum.hidden[static_cast<Activity>(i)] /= count;
  }
  sum.bubble /= count;
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
  const double peak = peak_flops(*job.roofline.gpu, job.roofline.precision.compute);
  result.mfu = flops / (seconds_of_step * peak * static_cast<double>(result.gpus));
}

}  // namespace
}  // namespace commsim::training_run

namespace commsim {

using namespace training_run;

double TrainingResult::exposed_share() const {
  if (time == Duration{0}) return 0;
  return seconds(mean.spent.communicating()) / seconds(time);
}

Duration least_time(const TrainingJob& job) {
  const auto stages = std::visit(
      [&](const auto& model) { return stage_units(model, job.parallelism, job.roofline); },
      job.shape);
  Duration most{0};
  for (const StageUnits& stage : stages) {
    Duration once{0};
    for (const ChunkUnits& chunk : stage.chunks) {
      for (const StageUnit& unit : chunk.units) once += unit.forward.time + unit.backward.time;
    }
    most = std::max(most, once);
  }
  return most * job.parallelism.micro_batches();
}

FullestStage require_legal(const TrainingJob& job) {
  require_degrees(job);
  require_updates(job);
  FullestStage fullest = memory_of(job);
  require_fits(fullest.use, fullest.stage, job.parallelism, *job.roofline.gpu);
  return fullest;
}

TrainingResult run_training(const TrainingJob& job, GroupPrices& prices,
                            TrainingTimeline* timeline) {
  TrainingResult result{.memory = require_legal(job)};
  if (job.updates.kind != UpdateKind::kAllReduce) {
    if (timeline != nullptr) {
      throw RequestError(
          "only steps whose gradients are summed in each (updates.kind: all_reduce) "
          "have a timeline");
    }
    run_updates(job, prices, result);
    measure(job, result);
    return result;
  }
  Calls calls(job, prices);
  const auto stages = std::visit(
      [&](const auto& model) { return stage_units(model, job.parallelism, job.roofline); },
      job.shape);
  const CallPricing price = [&](const TrafficItem& item) { return calls.price(item); };
  const std::function<Duration(std::int64_t)> optimizer = [&](std::int64_t count) {
    return optimizer_time(job.roofline, count);
  };
  StepGraph graph = build_step({.stages = stages,
                                .parallelism = job.parallelism,
                                .choices = job.choices,
                                .price = price,
                                .optimizer = optimizer});
  const double lost = job.choices.lost_to_communication;
  StepTimes times = simulate_step(graph, {.lost_to_communication = lost});
  result.tasks = std::ssize(graph.tasks());
  result.time = result.fast = result.slow = times.total();
  result.mean = mean_of(account(graph, times));
  result.critical_path = critical_path(graph, times);
  if (job.jitter.any()) {
    const JitteredTimes spread =
        jittered(graph, job.jitter, job.parallelism.data, lost, job.network.limits);
    result.time = spread.median;
    result.fast = spread.fast;
    result.slow = spread.slow;
  }
  result.calls = calls.summary();
  result.media = calls.media();
  measure(job, result);
  if (timeline != nullptr) {
    timeline->graph = std::move(graph);
    timeline->times = std::move(times);
  }
  return result;
}

}  // namespace commsim
