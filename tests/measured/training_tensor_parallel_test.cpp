// Published steps of Megatron-LM 2 that grow with the tensor degree.
#include <gtest/gtest.h>

#include "tests/measured/published_step_tables.hpp"

namespace commsim::training_tensor_parallel_test {
namespace {

using namespace measured;

TEST(TensorParallel, StepsOnV100FollowFromOneGpu) {
  const auto steps = predicted(tensor_parallel_v100_steps());
  print("V100", steps);
  EXPECT_NEAR(steps.front().predicted / steps.front().measured, 1, 0.001);
  EXPECT_LE(errors_of(steps).worst, 0.056);
  EXPECT_LT(errors_of(steps).average, errors_of(null_model(steps)).average);
}

TEST(TensorParallel, CostsOnA100WhatWasMeasured) {
  const auto steps = predicted(tensor_parallel_a100_steps());
  print("A100", steps);
  EXPECT_LE(errors_of(steps).worst, 0.052);
  EXPECT_LT(errors_of(steps).average, errors_of(null_model(steps)).average);
  const auto ratios = relative_to_first(steps);
  print("A100, relative to one GPU", ratios);
  EXPECT_LE(errors_of(ratios).worst, 0.031);
  EXPECT_LT(errors_of(ratios).average, errors_of(null_model(ratios)).average);
}

TEST(TensorParallel, With128ReplicasStepsArePredicted) {
  const auto steps = predicted(tensor_and_data_parallel_steps());
  print("A100 with 128 replicas", steps);
  EXPECT_LE(errors_of(steps).average, 0.055);
  EXPECT_LE(errors_of(steps).worst, 0.068);
  EXPECT_LT(errors_of(steps).average, errors_of(null_model(steps)).average);
}

}  // namespace
}  // namespace commsim::training_tensor_parallel_test
