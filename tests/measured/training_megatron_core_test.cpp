// Published steps of Megatron-Core on H100 from the largest of them.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_megatron_core_test {
namespace {

using namespace measured;

TEST(MegatronCore, ThreeStepsFollowFromTheFourth) {
  const auto steps = predicted(megatron_core_steps());
  print("Megatron-Core", steps);
  EXPECT_NEAR(steps.back().predicted / steps.back().measured, 1, 0.001);
  EXPECT_LE(errors_of(steps).average, 0.054);
  EXPECT_LE(errors_of(steps).worst, 0.0915);
  EXPECT_LT(errors_of(steps).average, errors_of(null_model(steps)).average);
}

}  // namespace
}  // namespace commsim::training_megatron_core_test
