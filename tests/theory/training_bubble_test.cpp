// The idle time of pipelines whose communication is free: the orders are run with a clock for each
// stage, and the closed forms hold to the last unit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "core/index.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"

namespace commsim::training_bubble_test {
namespace {

struct Times {
  std::int64_t forward = 1;  // of one chunk
  std::int64_t backward = 2;
};

// When the last task ends; -1 if the orders wait for each other forever.
std::int64_t makespan(const PipelineSchedule& schedule, const PipelineShape& shape, Times times) {
  // By pass, micro-batch and number of the chunk among all: when it ended.
  std::map<std::tuple<Pass, std::int64_t, std::int64_t>, std::int64_t> ends;
  std::vector<std::vector<PipelineTask>> orders;
  for (std::int64_t r = 0; r < shape.stages; ++r) orders.push_back(stage_order(schedule, shape, r));
  std::vector<std::size_t> next(orders.size());
  std::vector<std::int64_t> clocks(orders.size());
  const std::int64_t last = shape.stages * shape.chunks - 1;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::int64_t r = 0; r < shape.stages; ++r) {
      while (next[index(r)] < orders[index(r)].size()) {
        const PipelineTask& task = orders[index(r)][next[index(r)]];
        const std::int64_t chunk = task.chunk * shape.stages + r;
        const bool forward = task.pass == Pass::kForward;
        std::int64_t ready = 0;
        if (!forward || chunk > 0) {
          const auto needed =
              forward ? std::tuple{Pass::kForward, task.micro_batch, chunk - 1}
                      : (chunk == last ? std::tuple{Pass::kForward, task.micro_batch, chunk}
                                       : std::tuple{Pass::kBackward, task.micro_batch, chunk + 1});
          const auto found = ends.find(needed);
          if (found == ends.end()) break;
          ready = found->second;
        }
        const std::int64_t end =
            std::max(ready, clocks[index(r)]) + (forward ? times.forward : times.backward);
        ends[{task.pass, task.micro_batch, chunk}] = end;
        clocks[index(r)] = end;
        ++next[index(r)];
        moved = true;
      }
    }
  }
  for (std::size_t r = 0; r < orders.size(); ++r) {
    if (next[r] < orders[r].size()) return -1;
  }
  return *std::max_element(clocks.begin(), clocks.end());
}

const PipelineSchedule& named(const char* name) {
  return Registry<PipelineSchedule>::get(name, "pipeline schedule");
}

// idle / ideal = (p-1)/m: arXiv:2104.04473, section 2.2.1.
TEST(TrainingBubble, OfGPipeAndOneForwardOneBackwardIsOneLessThanStagesByMicroBatches) {
  for (const char* name : {"gpipe", "1f1b"}) {
    for (const Times times : {Times{1, 1}, Times{1, 2}, Times{3, 5}}) {
      for (std::int64_t p = 1; p <= 8; ++p) {
        for (std::int64_t m = 1; m <= 20; ++m) {
          const std::int64_t each = times.forward + times.backward;
          EXPECT_EQ(makespan(named(name), {.stages = p, .micro_batches = m}, times),
                    m * each + (p - 1) * each)
              << name << " p " << p << " m " << m;
        }
      }
    }
  }
}

// idle / ideal = (p-1)/(v m): section 2.2.2.
TEST(TrainingBubble, OfInterleavingIsDividedByTheChunks) {
  for (const Times times : {Times{1, 1}, Times{1, 2}, Times{3, 5}}) {
    for (std::int64_t p = 2; p <= 6; ++p) {
      for (std::int64_t v = 2; v <= 5; ++v) {
        for (std::int64_t rounds = 1; rounds <= 4; ++rounds) {
          const std::int64_t m = rounds * p;
          const std::int64_t of_chunk = times.forward + times.backward;
          EXPECT_EQ(
              makespan(named("interleaved"), {.stages = p, .micro_batches = m, .chunks = v}, times),
              m * v * of_chunk + (p - 1) * of_chunk)
              << "p " << p << " v " << v << " m " << m;
        }
      }
    }
  }
}

}  // namespace
}  // namespace commsim::training_bubble_test
