#include "sim/workload/step/balanced_layers.hpp"

#include <algorithm>
#include <variant>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/workload/step/balanced_cuts.hpp"
#include "sim/workload/step/even_parts.hpp"
#include "sim/workload/step/fleet_stages.hpp"
#include "sim/workload/training/memory.hpp"

namespace commsim::balanced_layers_of {
namespace {

// Chunks of each stage from its layers.
std::vector<std::int64_t> chunks_of(const Parallelism& p, const std::vector<std::int64_t>& stages) {
  std::vector<std::int64_t> chunks(index(p.chunks()));
  for (std::int64_t s = 0; s < p.pipeline; ++s) {
    const auto own = even_parts(stages[index(s)], p.virtual_stages);
    for (std::int64_t c = 0; c < p.virtual_stages; ++c) {
      chunks[index(c * p.pipeline + s)] = own[index(c)];
    }
  }
  return chunks;
}

// Times of the layers on each kind of stage, from the first layer on.
class LayerTimes {
 public:
  LayerTimes(const TrainingJob& job, const TransformerModel& model, const ReplicaClasses& replicas)
      : layers_(model.layers), stages_(job.parallelism.pipeline), of_stage_(index(stages_)) {
    for (const Roofline& type : job.gpus.types()) {
      by_type_.push_back(in_order(stage_units(model, job.parallelism, type), job.parallelism));
    }
    for (std::int64_t s = 0; s < stages_; ++s) {
      for (const ReplicaClass& replica : replicas.classes) {
        of_stage_[index(s)].push_back(sums_of(replica.stages[index(s)]));
      }
    }
  }

  // Of the stage with the layers [first, last), on the slowest replica.
  [[nodiscard]] Duration operator()(std::int64_t stage, std::int64_t first,
                                    std::int64_t last) const {
    Duration slowest{0};
    for (const std::size_t number : of_stage_[index(stage)]) {
      const auto& sums = sums_[number];
      // The embedding stands before the first layer, the head behind the last.
      Duration time = sums[index(last) + 1] - sums[index(first) + 1];
      if (stage == 0) time += sums[1];
      if (stage == stages_ - 1) time += sums[index(layers_) + 2] - sums[index(layers_) + 1];
      slowest = std::max(slowest, time);
    }
    return slowest;
  }

 private:
  using Units = std::vector<StageUnit>;

  static Units in_order(const std::vector<StageUnits>& stages, const Parallelism& p) {
    Units all;
    for (std::int64_t i = 0; i < p.chunks(); ++i) {
      const auto& chunk = stages[index(i % p.pipeline)].chunks[index(i / p.pipeline)].units;
      all.insert(all.end(), chunk.begin(), chunk.end());
    }
    return all;
  }
  std::size_t sums_of(const GpuTypes& types) {
    const auto place = std::ranges::find(known_, types);
    if (place != known_.end()) return index(place - known_.begin());
    std::vector<Duration> sums = {Duration{0}};
    for (std::size_t u = 0; u < by_type_.front().size(); ++u) {
      Duration forward{0};
      Duration backward{0};
      for (const std::size_t type : types) {
        forward = std::max(forward, by_type_[type][u].forward.time);
        backward = std::max(backward, by_type_[type][u].backward.time);
      }
      sums.push_back(sums.back() + forward + backward);
    }
    known_.push_back(types);
    sums_.push_back(std::move(sums));
    return sums_.size() - 1;
  }

  std::int64_t layers_;
  std::int64_t stages_;
  std::vector<Units> by_type_;
  std::vector<GpuTypes> known_;
  std::vector<std::vector<Duration>> sums_;         // by what is known
  std::vector<std::vector<std::size_t>> of_stage_;  // what occurs there
};

// How many layers from each on fit into the memory of a stage.
class Room {
 public:
  Room(const TrainingJob& job, const TransformerModel& model, std::vector<const Gpu*> gpus)
      : model_(model),
        gpus_(std::move(gpus)),
        scratch_(job.parallelism),
        alike_(model.has_experts(0) == model.has_experts(model.layers - 1)) {}

  [[nodiscard]] bool alike() const { return alike_; }

  // The most layers [first, last) by their first one.
  std::vector<std::int64_t> last_of(std::int64_t stage) {
    std::vector<std::int64_t> last(index(model_.layers));
    std::int64_t until = 0;
    for (std::int64_t first = 0; first < model_.layers; ++first) {
      if (alike_ && first > 0) {
        // Where layers are alike, only their number counts.
        last[index(first)] = std::min(model_.layers, first + last.front());
        continue;
      }
      until = std::max(until, first);
      while (until < model_.layers && fits(stage, first, until + 1)) ++until;
      last[index(first)] = until;
    }
    return last;
  }

 private:
  // The layers before and behind are held by the first and the last stage.
  bool fits(std::int64_t stage, std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> stages(gpus_.size(), 0);
    stages.front() += first;
    stages.back() += model_.layers - last;
    stages[index(stage)] = last - first;
    if (stage == 0 && stages.size() > 1) stages.back() += first;
    if (stage + 1 == std::ssize(stages) && stage > 0) stages.front() += model_.layers - last;
    if (stages.size() == 1) return true;
    scratch_.chunk_layers = chunks_of(scratch_, stages);
    return stage_memory(model_, scratch_, stage).total() <= gpus_[index(stage)]->memory;
  }

  const TransformerModel& model_;
  std::vector<const Gpu*> gpus_;
  Parallelism scratch_;
  bool alike_;
};

}  // namespace
}  // namespace commsim::balanced_layers_of

namespace commsim {

std::vector<std::int64_t> balanced_layers(const TrainingJob& job) {
  using namespace balanced_layers_of;
  const auto* const model = std::get_if<TransformerModel>(&job.shape);
  ensure(model != nullptr, "layers of a transformer");
  const Parallelism& p = job.parallelism;
  const ReplicaClasses replicas = replica_classes(job.gpus, p, job.order);
  const LayerTimes time(job, *model, replicas);
  Room room(job, *model, smallest_gpus(job, replicas));
  if (p.virtual_stages > 1 && !room.alike()) {
    throw RequestError(
        "balanced virtual stages need layers that are all alike; legal: chunk_layers with a number "
        "for each chunk, or no virtual stages");
  }
  BalancedCuts cuts{.items = model->layers,
                    .parts = p.pipeline,
                    .least = p.virtual_stages,
                    .cost = [&](std::int64_t stage, std::int64_t first, std::int64_t last) {
                      return time(stage, first, last);
                    }};
  for (std::int64_t stage = 0; stage < p.pipeline; ++stage) {
    cuts.last_of.push_back(room.last_of(stage));
  }
  auto stages = cuts.find();
  if (stages.empty()) {
    cuts.last_of.clear();
    stages = cuts.find();
  }
  return chunks_of(p, stages);
}

}  // namespace commsim
