#include "sim/workload/step/fleet_stages.hpp"

#include <algorithm>
#include <variant>

#include "core/index.hpp"

namespace commsim {

namespace {

void slow_down(UnitPass& pass, const UnitPass& other) {
  pass.time = std::max(pass.time, other.time);
  for (auto& [name, product] : pass.products) {
    const CutProduct& cut = other.products.at(name);
    if (cut.whole > product.whole) product = cut;
  }
}

// Units of the same layers.
void slow_down(StageUnits& stage, const StageUnits& other) {
  for (std::size_t c = 0; c < stage.chunks.size(); ++c) {
    auto& units = stage.chunks[c].units;
    for (std::size_t u = 0; u < units.size(); ++u) {
      slow_down(units[u].forward, other.chunks[c].units[u].forward);
      slow_down(units[u].backward, other.chunks[c].units[u].backward);
    }
  }
}

}  // namespace

FleetStages::FleetStages(const TrainingJob& job) : job_(job) {
  for (const Roofline& type : job.gpus.types()) {
    by_type_.push_back(std::visit(
        [&](const auto& model) { return stage_units(model, job.parallelism, type); }, job.shape));
  }
}

std::vector<StageUnits> FleetStages::of(const ReplicaClass& replica) const {
  std::vector<StageUnits> stages;
  for (std::size_t s = 0; s < replica.stages.size(); ++s) {
    const GpuTypes& types = replica.stages[s];
    stages.push_back(by_type_[types.front()][s]);
    for (const std::size_t type : types) slow_down(stages.back(), by_type_[type][s]);
  }
  return stages;
}

Duration FleetStages::optimizer(const ReplicaClass& replica, std::int64_t stage,
                                const StepParameters& parameters) const {
  Duration slowest{0};
  for (const std::size_t type : replica.stages[index(stage)]) {
    slowest = std::max(slowest, optimizer_time(job_.gpus.types()[type], parameters));
  }
  return slowest;
}

std::vector<const Gpu*> smallest_gpus(const TrainingJob& job, const ReplicaClasses& replicas) {
  std::vector<const Gpu*> smallest(replicas.classes.front().stages.size(), nullptr);
  for (const ReplicaClass& replica : replicas.classes) {
    for (std::size_t s = 0; s < smallest.size(); ++s) {
      for (const std::size_t type : replica.stages[s]) {
        const Gpu* const gpu = job.gpus.types()[type].gpu;
        if (smallest[s] == nullptr || gpu->memory < smallest[s]->memory) smallest[s] = gpu;
      }
    }
  }
  return smallest;
}

std::vector<Duration> pass_times(const std::vector<StageUnits>& stages) {
  std::vector<Duration> times;
  for (const StageUnits& stage : stages) {
    Duration once{0};
    for (const ChunkUnits& chunk : stage.chunks) {
      for (const StageUnit& unit : chunk.units) once += unit.forward.time + unit.backward.time;
    }
    times.push_back(once);
  }
  return times;
}

}  // namespace commsim
