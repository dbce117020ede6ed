#include "sim/workload/updates/worker_compute.hpp"

#include <cmath>

#include "sim/workload/step/stage_units.hpp"

namespace commsim {

WorkerCompute::WorkerCompute(const TrainingJob& job)
    : jitter_(job.jitter), passes_(job.parallelism.micro_batches()) {
  const auto stages = std::visit(
      [&](const auto& model) { return stage_units(model, job.parallelism, job.roofline); },
      job.shape);
  for (const StageUnits& stage : stages) {
    for (const ChunkUnits& chunk : stage.chunks) {
      for (const StageUnit& unit : chunk.units) {
        forward_ += unit.forward.time;
        backward_ += unit.backward.time;
      }
    }
  }
}

Duration WorkerCompute::time(std::int64_t worker, std::int64_t iteration) const {
  if (!jitter_.any()) return forward() + backward();
  Duration sum{0};
  TaskId task = 0;
  for (std::int64_t pass = 0; pass < passes_; ++pass) {
    for (const Duration once : {forward_, backward_}) {
      const double factor = slowdown(jitter_, iteration, worker, task++);
      sum += Duration{std::llround(std::ceil(static_cast<double>(once.count()) * factor))};
    }
  }
  return sum;
}

}  // namespace commsim
