#include <gmock/gmock.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "core/error.hpp"
#include "core/index.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"

namespace commsim::training_pipeline_schedule_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const PipelineSchedule& named(const char* name) {
  return Registry<PipelineSchedule>::get(name, "pipeline schedule");
}

void expect_refused(const char* name, const PipelineShape& shape, const std::string& why) {
  EXPECT_THAT([&] { validate(named(name), shape); }, ThrowsMessage<RequestError>(HasSubstr(why)));
}

TEST(TrainingPipelineSchedule, RefusesShapesThatItCannotDo) {
  expect_refused("1f1b", {.stages = 0}, "1 stage, micro-batch and chunk at least");
  expect_refused("1f1b", {.micro_batches = 0}, "1 stage, micro-batch and chunk at least");
  expect_refused("1f1b", {.stages = 4, .micro_batches = 4, .chunks = 2}, "'interleaved' has more");
  expect_refused("gpipe", {.stages = 4, .micro_batches = 4, .chunks = 2}, "one chunk of layers");
  expect_refused("interleaved", {.stages = 4, .micro_batches = 8}, "2 virtual stages or more");
  expect_refused("interleaved", {.stages = 1, .micro_batches = 8, .chunks = 2}, "2 stages or more");
  expect_refused("interleaved", {.stages = 4, .micro_batches = 6, .chunks = 2},
                 "6 micro-batches are no multiple of 4 stages");
  expect_refused("gpipe", {.micro_batches = 1'000'000'000'000}, "at most");
  EXPECT_THAT([] { named("one_f_one_b"); },
              ThrowsMessage<RequestError>(HasSubstr("unknown pipeline schedule")));
}

std::vector<PipelineShape> shapes(const PipelineSchedule& schedule) {
  std::vector<PipelineShape> legal;
  for (std::int64_t p = 1; p <= 5; ++p) {
    for (std::int64_t m = 1; m <= 12; ++m) {
      for (std::int64_t v = 1; v <= 4; ++v) {
        const PipelineShape shape{.stages = p, .micro_batches = m, .chunks = v};
        try {
          validate(schedule, shape);
          legal.push_back(shape);
        } catch (const RequestError&) {
          continue;
        }
      }
    }
  }
  return legal;
}

TEST(TrainingPipelineSchedule, EveryTaskStandsOnceAndBackwardAfterForward) {
  for (const PipelineSchedule* schedule : Registry<PipelineSchedule>::entries()) {
    const auto legal = shapes(*schedule);
    EXPECT_GT(legal.size(), 10U) << schedule->name;
    for (const PipelineShape& shape : legal) {
      for (std::int64_t stage = 0; stage < shape.stages; ++stage) {
        std::map<std::tuple<Pass, std::int64_t, std::int64_t>, std::size_t> places;
        const auto order = stage_order(*schedule, shape, stage);
        for (std::size_t i = 0; i < order.size(); ++i) {
          places[{order[i].pass, order[i].micro_batch, order[i].chunk}] = i;
        }
        ASSERT_EQ(std::ssize(order), 2 * shape.micro_batches * shape.chunks);
        ASSERT_EQ(places.size(), order.size());
        for (std::int64_t i = 0; i < shape.micro_batches; ++i) {
          for (std::int64_t c = 0; c < shape.chunks; ++c) {
            ASSERT_LT(places.at({Pass::kForward, i, c}), places.at({Pass::kBackward, i, c}));
          }
        }
      }
    }
  }
}

// Figure 4 of arXiv:2104.04473, 4 stages: the last alternates from the start, the first has three
// forward passes before.
TEST(TrainingPipelineSchedule, OneForwardOneBackwardIsThatOfTheFigure) {
  const PipelineShape shape{.stages = 4, .micro_batches = 2};
  using Tasks = std::vector<PipelineTask>;
  EXPECT_EQ(
      stage_order(named("1f1b"), shape, 3),
      (Tasks{
          {Pass::kForward, 0}, {Pass::kBackward, 0}, {Pass::kForward, 1}, {Pass::kBackward, 1}}));
  EXPECT_EQ(
      stage_order(named("1f1b"), shape, 0),
      (Tasks{
          {Pass::kForward, 0}, {Pass::kForward, 1}, {Pass::kBackward, 0}, {Pass::kBackward, 1}}));
}

// The first stage of figure 4, below: 4 micro-batches through chunk 0, 4 through chunk 1, and from
// the 11th forward pass on one backward after each.
TEST(TrainingPipelineSchedule, InterleavedIsThatOfTheFigure) {
  const auto order =
      stage_order(named("interleaved"), {.stages = 4, .micro_batches = 8, .chunks = 2}, 0);
  std::string text;
  for (const PipelineTask& task : order) {
    text += task.pass == Pass::kForward ? 'F' : 'B';
    text += static_cast<char>('1' + task.micro_batch);
    text += task.chunk == 0 ? "a " : "b ";
  }
  EXPECT_EQ(text,
            "F1a F2a F3a F4a F1b F2b F3b F4b F5a F6a F7a B1b F8a B2b F5b B3b F6b B4b F7b B1a F8b "
            "B2a B3a B4a B5b B6b B7b B8b B5a B6a B7a B8a ");
}

TEST(TrainingPipelineSchedule, InFlightAreAllOrOneForEachLaterStage) {
  for (std::int64_t p = 1; p <= 6; ++p) {
    for (std::int64_t m = 1; m <= 12; ++m) {
      for (std::int64_t stage = 0; stage < p; ++stage) {
        const PipelineShape shape{.stages = p, .micro_batches = m};
        EXPECT_EQ(peak_in_flight(stage_order(named("gpipe"), shape, stage), {1}), m);
        EXPECT_EQ(peak_in_flight(stage_order(named("1f1b"), shape, stage), {1}),
                  std::min(m, p - stage));
      }
    }
  }
}

// p v + p - 1 chunks of L / (p v) layers: L (1 + (p-1)/(p v)), arXiv:2205.05198, section 4.2.3.
TEST(TrainingPipelineSchedule, InterleavingKeepsMoreInFlight) {
  for (std::int64_t p = 2; p <= 6; ++p) {
    for (std::int64_t v = 2; v <= 4; ++v) {
      const PipelineShape shape{.stages = p, .micro_batches = 4 * p, .chunks = v};
      const std::vector<std::int64_t> weights(index(v), 1);
      EXPECT_EQ(peak_in_flight(stage_order(named("interleaved"), shape, 0), weights),
                p * v + p - 1);
    }
  }
}

}  // namespace
}  // namespace commsim::training_pipeline_schedule_test
