// Bytes of adding up gradients of micro-batches.
#include "sim/workload/training/gradient_sums.hpp"

#include <gtest/gtest.h>

namespace commsim::gradient_sums_test {
namespace {

Parallelism of_micro_batches(std::int64_t count) {
  return {.global_batch = count, .fused_gradients = false, .precision = zero_precision()};
}

TEST(GradientSums, CostNothingWhereProductsAddUp) {
  Parallelism fused = of_micro_batches(8);
  fused.fused_gradients = true;
  EXPECT_EQ(gradient_sums(fused, 1000).streamed(), 0);
}

TEST(GradientSums, CostNothingWithOneMicroBatch) {
  EXPECT_EQ(gradient_sums(of_micro_batches(1), 1000).streamed(), 0);
}

TEST(GradientSums, AreOfAllMicroBatchesButTheFirst) {
  constexpr std::int64_t kOfEach = 2 + 2 + 2;
  EXPECT_EQ(4 * gradient_sums(of_micro_batches(4), 1000).streamed(), 3 * 1000 * kOfEach);
}

TEST(GradientSums, ReadWhatWeightsAreAndSumInTheFormatOfGradients) {
  Parallelism wide = of_micro_batches(2);
  wide.precision = megatron_precision();
  EXPECT_EQ(2 * gradient_sums(wide, 1000).streamed(), 1000 * (2 + 4 + 4));
}

}  // namespace
}  // namespace commsim::gradient_sums_test
