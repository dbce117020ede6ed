#include "sim/workload/training/pipeline_schedule.hpp"

namespace commsim::gpipe {
namespace {

// All forward passes, then all backward passes.
std::vector<PipelineTask> order(const PipelineShape& shape, std::int64_t /*stage*/) {
  std::vector<PipelineTask> tasks;
  for (const Pass pass : {Pass::kForward, Pass::kBackward}) {
    for (std::int64_t i = 0; i < shape.micro_batches; ++i) {
      tasks.push_back({.pass = pass, .micro_batch = i});
    }
  }
  return tasks;
}

const Registration<PipelineSchedule> kGPipe{{
    .name = "gpipe",
    .summary = "all forward passes, then all backward passes; bubble (p-1)/m",
    .reference = "Huang et al., GPipe, NeurIPS 2019",
    .order = order,
    .require = require_one_chunk,
}};

}  // namespace
}  // namespace commsim::gpipe
