// Bytes of the kernels at the end of a step, counted one by one.
#include "sim/workload/training/optimizer_passes.hpp"

#include <gtest/gtest.h>

namespace commsim::optimizer_passes_test {
namespace {

TEST(OptimizerPasses, OfHalfPrecisionWidenUnscaleMeasureUpdateAndRound) {
  constexpr std::int64_t kWidened = 2 + 4;
  constexpr std::int64_t kUnscaled = 4 + 4;
  constexpr std::int64_t kNorm = 4;
  constexpr std::int64_t kAdam = 4 + 3 * (4 + 4);
  constexpr std::int64_t kRounded = 4 + 2;
  EXPECT_EQ(update_bytes(zero_precision(NumberFormat::kFp16)),
            kWidened + kUnscaled + kNorm + kAdam + kRounded);
  EXPECT_EQ(update_bytes(zero_precision(NumberFormat::kBf16)), kWidened + kNorm + kAdam + kRounded)
      << "nothing is scaled";
  EXPECT_EQ(update_bytes(megatron_precision(NumberFormat::kBf16)), kNorm + kAdam + kRounded)
      << "nothing is widened";
}

TEST(OptimizerPasses, OfSinglePrecisionReadAndWriteWeightsAndBothMoments) {
  constexpr std::int64_t kNorm = 4;
  constexpr std::int64_t kAdam = 4 + 3 * (4 + 4);
  EXPECT_EQ(update_bytes(full_precision()), kNorm + kAdam);
}

TEST(OptimizerPasses, WithoutStatesHaveNoCopyToRound) {
  Precision plain = full_precision();
  plain.optimizer = 0;
  EXPECT_EQ(update_bytes(plain), 4 + 4 + 4 + 4);
}

TEST(OptimizerPasses, OfSumsZeroTheBufferAndDivideIt) {
  EXPECT_EQ(summing_bytes(zero_precision()), 2 + 2 + 2);
  EXPECT_EQ(summing_bytes(megatron_precision()), 4 + 4 + 4);
}

TEST(OptimizerPasses, AreBoundByMemory) {
  const Roofline roofline{
      .gpu = &Registry<Gpu>::get("a100_80gb", "GPU"),
      .efficiency = {EfficiencyCurve::constant(1), EfficiencyCurve::constant(1), "test"}};
  EXPECT_EQ(optimizer_time(roofline, {}), Duration{0});
  // 38 bytes each at 2,039 GB/s
  EXPECT_EQ(optimizer_time(roofline, {.updated = 2'039'000}), 38_usec);
  EXPECT_EQ(optimizer_time(roofline, {.summed = 2'039'000}), 12_usec);
  EXPECT_EQ(optimizer_time(roofline, {.summed = 4'078'000, .updated = 2'039'000}), 62_usec);
}

}  // namespace
}  // namespace commsim::optimizer_passes_test
