// What 1F1B and its kin share.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"

namespace commsim {

/// `warm_up` of the forward passes, then one forward and one backward in turn, then the rest;
/// forward(i) and backward(i) are the i-th of each. REQUIRES: warm_up <= tasks.
template <typename Forward, typename Backward>
std::vector<PipelineTask> in_turn(std::int64_t tasks, std::int64_t warm_up, Forward forward,
                                  Backward backward) {
  std::vector<PipelineTask> order;
  order.reserve(index(2 * tasks));
  for (std::int64_t i = 0; i < warm_up; ++i) order.push_back(forward(i));
  for (std::int64_t i = warm_up; i < tasks; ++i) {
    order.push_back(forward(i));
    order.push_back(backward(i - warm_up));
  }
  for (std::int64_t i = tasks - warm_up; i < tasks; ++i) order.push_back(backward(i));
  return order;
}

}  // namespace commsim
