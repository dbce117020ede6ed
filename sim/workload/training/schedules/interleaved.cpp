#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "sim/workload/training/schedules/in_turn.hpp"

namespace commsim::interleaved {
namespace {

void require_whole_rounds(const PipelineShape& shape) {
  if (shape.chunks < 2) {
    throw RequestError("interleaving needs 2 virtual stages or more");
  }
  if (shape.stages < 2) {
    throw RequestError("interleaving needs a pipeline of 2 stages or more");
  }
  if (shape.micro_batches % shape.stages != 0) {
    throw RequestError(fmt::format(
        "interleaving goes in rounds of one micro-batch for each stage: {} micro-batches are no "
        "multiple of {} stages",
        shape.micro_batches, shape.stages));
  }
}

// Each round takes `stages` micro-batches through one chunk after the other.
std::vector<PipelineTask> order(const PipelineShape& shape, std::int64_t stage) {
  const std::int64_t p = shape.stages;
  const std::int64_t v = shape.chunks;
  const std::int64_t tasks = shape.micro_batches * v;
  const auto pass = [p, v](Pass which) {
    return [p, v, which](std::int64_t i) {
      const std::int64_t chunk = i % (p * v) / p;
      return PipelineTask{.pass = which,
                          .micro_batch = i / (p * v) * p + i % p,
                          .chunk = which == Pass::kForward ? chunk : v - 1 - chunk};
    };
  };
  const std::int64_t warm_up = std::min(2 * (p - 1 - stage) + (v - 1) * p, tasks);
  return in_turn(tasks, warm_up, pass(Pass::kForward), pass(Pass::kBackward));
}

const Registration<PipelineSchedule> kInterleaved{{
    .name = "interleaved",
    .summary = "1f1b on v chunks of layers on each stage; bubble (p-1)/(v m)",
    .reference = "Narayanan et al., arXiv:2104.04473, 2.2.2",
    .order = order,
    .require = require_whole_rounds,
}};

}  // namespace
}  // namespace commsim::interleaved
