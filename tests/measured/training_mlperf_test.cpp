// Published MLPerf steps on H100 in fp8 from one of them.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_mlperf_test {
namespace {

using namespace measured;

TEST(MlPerf, LlamaScalesTo2432GpusAsMeasured) {
  const auto steps = predicted(llama_mlperf_steps());
  print("Llama 3.1 405B", steps);
  EXPECT_NEAR(steps.front().predicted / steps.front().measured, 1, 0.001);
  EXPECT_LE(errors_of(steps).worst, 0.02);
  EXPECT_LE(errors_of(relative_to_first(steps)).worst, 0.02);
}

TEST(MlPerf, Gpt3FollowsFromLlama) {
  const auto steps = predicted(gpt3_mlperf_steps());
  print("GPT-3 175B", steps);
  EXPECT_LE(errors_of(steps).worst, 0.026);
}

}  // namespace
}  // namespace commsim::training_mlperf_test
