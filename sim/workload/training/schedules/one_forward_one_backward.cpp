#include <algorithm>

#include "sim/workload/training/schedules/in_turn.hpp"

namespace commsim::one_forward_one_backward {
namespace {

std::vector<PipelineTask> order(const PipelineShape& shape, std::int64_t stage) {
  const auto pass = [](Pass which) {
    return [which](std::int64_t i) { return PipelineTask{.pass = which, .micro_batch = i}; };
  };
  return in_turn(shape.micro_batches, std::min(shape.stages - 1 - stage, shape.micro_batches),
                 pass(Pass::kForward), pass(Pass::kBackward));
}

const Registration<PipelineSchedule> kOneForwardOneBackward{{
    .name = "1f1b",
    .summary = "backward passes as soon as possible; bubble (p-1)/m, p micro-batches in flight",
    .reference = "Narayanan et al., PipeDream, SOSP 2019; with a flush: arXiv:2104.04473, 2.2.1",
    .order = order,
    .require = require_one_chunk,
}};

}  // namespace
}  // namespace commsim::one_forward_one_backward
