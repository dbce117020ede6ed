#include "sim/workload/updates/worker_compute.hpp"

#include <cmath>

#include "core/index.hpp"

namespace commsim {

WorkerCompute::WorkerCompute(const TrainingJob& job) : parts_(job) {
  for (std::size_t i = 0; i < parts_.replicas().classes.size(); ++i) {
    Passes& passes = passes_.emplace_back();
    passes.count = parts_.replicas().classes[i].micro_batches;
    for (const StageUnits& stage : parts_.stages(i)) {
      for (const ChunkUnits& chunk : stage.chunks) {
        for (const StageUnit& unit : chunk.units) {
          passes.forward += unit.forward.time;
          passes.backward += unit.backward.time;
        }
      }
    }
  }
}

std::size_t WorkerCompute::class_of(std::int64_t worker) const {
  return parts_.replicas().of_replica[index(worker)];
}

Duration WorkerCompute::time(std::int64_t worker, std::int64_t iteration) const {
  const Passes& own = passes_[class_of(worker)];
  const Jitter& jitter = parts_.job().jitter;
  if (!jitter.any()) return (own.forward + own.backward) * own.count;
  Duration sum{0};
  TaskId task = 0;
  for (std::int64_t pass = 0; pass < own.count; ++pass) {
    for (const Duration once : {own.forward, own.backward}) {
      const double factor = slowdown(jitter, iteration, worker, task++);
      sum += Duration{std::llround(std::ceil(static_cast<double>(once.count()) * factor))};
    }
  }
  return sum;
}

Duration WorkerCompute::optimizer(std::int64_t worker, std::int64_t parameters) const {
  return parts_.fleet().optimizer(parts_.replicas().classes[class_of(worker)], 0,
                                  {.updated = parameters});
}

Duration WorkerCompute::mean(Duration Passes::*pass) const {
  Int128 sum = 0;
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    const Passes& own = passes_[i];
    sum += Int128{(own.*pass).count()} * own.count * parts_.replicas().classes[i].replicas;
  }
  return Duration{static_cast<std::int64_t>(sum / parts_.job().parallelism.data)};
}

}  // namespace commsim
