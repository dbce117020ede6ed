#include <gmock/gmock.h>

#include <cmath>
#include <string>

#include "core/error.hpp"
#include "sim/workload/training/gpu.hpp"
#include "sim/workload/training/roofline.hpp"

namespace commsim::training_gpu_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Gpu& gpu(const char* name) { return Registry<Gpu>::get(name, "GPU"); }

ComputeEfficiency perfect() {
  return {.product = EfficiencyCurve::constant(1), .memory = EfficiencyCurve::constant(1)};
}

TEST(TrainingGpu, RefusesFormatsThatItHasNot) {
  EXPECT_THAT([] { peak_flops(gpu("v100_32gb"), NumberFormat::kBf16); },
              ThrowsMessage<RequestError>(
                  HasSubstr("a v100_32gb has no products of bf16; legal: fp32, fp16")));
  EXPECT_THAT([] { peak_flops(gpu("a100_80gb"), NumberFormat::kFp8); },
              ThrowsMessage<RequestError>(HasSubstr("legal: fp32, tf32, fp16, bf16")));
  EXPECT_THAT([] { gpu("a100"); }, ThrowsMessage<RequestError>(HasSubstr("unknown GPU 'a100'")));
}

TEST(TrainingGpu, PeaksAreThoseOfTheDataSheets) {
  EXPECT_EQ(peak_flops(gpu("v100_16gb"), NumberFormat::kFp16), 125e12);
  EXPECT_EQ(peak_flops(gpu("a100_40gb"), NumberFormat::kBf16), 312e12);
  EXPECT_EQ(peak_flops(gpu("h100"), NumberFormat::kFp8), 1978.9e12);
  EXPECT_EQ(gpu("a100_80gb").memory_bandwidth, 2039_GBps);
}

// Each format at least as fast as a wider one; nothing is left out.
TEST(TrainingGpu, EveryRegisteredOneIsPlausible) {
  for (const Gpu* entry : Registry<Gpu>::entries()) {
    EXPECT_GE(entry->memory, 16_GiB) << entry->name;
    EXPECT_GE(entry->memory_bandwidth, 100_GBps) << entry->name;
    EXPECT_GT(peak_flops(*entry, NumberFormat::kFp32), 0) << entry->name;
    EXPECT_GE(peak_flops(*entry, NumberFormat::kFp16), peak_flops(*entry, NumberFormat::kFp32));
    EXPECT_FALSE(entry->reference.empty());
  }
}

TEST(TrainingEfficiency, RefusesWhatIsNoEfficiency) {
  for (const double bad : {0.0, -0.1, 1.1, std::nan("")}) {
    EXPECT_THAT([&] { EfficiencyCurve::constant(bad); },
                ThrowsMessage<RequestError>(HasSubstr("above 0 and at most 1")));
  }
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_THAT([&] { EfficiencyCurve::saturating(0.5, bad); },
                ThrowsMessage<RequestError>(HasSubstr("finite and not negative")));
  }
  EXPECT_THAT([] { EfficiencyCurve::table({}); },
              ThrowsMessage<RequestError>(HasSubstr("one point at least")));
  EXPECT_THAT(
      [] {
        EfficiencyCurve::table({{0, 0.5}});
      },
      ThrowsMessage<RequestError>(HasSubstr("finite and above 0")));
  EXPECT_THAT(
      [] {
        EfficiencyCurve::table({{5, 0.5}, {5, 0.6}});
      },
      ThrowsMessage<RequestError>(HasSubstr("work must ascend")));
  EXPECT_THAT(
      [] {
        EfficiencyCurve::table({{1, 0.1}, {2, 0.5}});
      },
      ThrowsMessage<RequestError>(HasSubstr("more work would take less time")));
}

TEST(TrainingEfficiency, TablesHoldAtTheirPointsAndBeyond) {
  const auto curve = EfficiencyCurve::table({{1e6, 0.2}, {1e8, 0.8}});
  EXPECT_DOUBLE_EQ(curve.at(1e6), 0.2);
  EXPECT_DOUBLE_EQ(curve.at(1e7), 0.4);
  EXPECT_DOUBLE_EQ(curve.at(1e8), 0.8);
  EXPECT_DOUBLE_EQ(curve.at(1), 0.2);
  EXPECT_DOUBLE_EQ(curve.at(1e12), 0.8);
  EXPECT_DOUBLE_EQ(EfficiencyCurve::saturating(0.8, 1e9).at(1e9), 0.4);
}

TEST(TrainingEfficiency, OneFactorCalibratesACurve) {
  const auto curve = EfficiencyCurve::table({{1e6, 0.2}, {1e8, 0.8}});
  EXPECT_DOUBLE_EQ(curve.scaled(0.5).at(1e7), 0.2);
  EXPECT_DOUBLE_EQ(EfficiencyCurve::saturating(0.8, 1e9).scaled(0.5).at(1e9), 0.2);
  EXPECT_THAT([&] { static_cast<void>(curve.scaled(2)); },
              ThrowsMessage<RequestError>(HasSubstr("above 0 and at most 1")));
}

TEST(TrainingEfficiency, MoreWorkNeverTakesLessTime) {
  const ComputeEfficiency published = published_efficiency();
  for (const auto* curve : {&published.product, &published.memory}) {
    double before = 0;
    for (int i = 0; i < 360; ++i) {
      const double work = std::pow(1.1, i);
      const double time = work / curve->at(work);
      EXPECT_GE(time, before * (1 - 1e-12)) << work;
      before = time;
    }
  }
  EXPECT_DOUBLE_EQ(published.product.at(16e9), 0.9);
  EXPECT_DOUBLE_EQ(published.memory.at(10e6), 0.75);
}

TEST(TrainingRoofline, RefusesWorkThatIsNone) {
  const Roofline roofline{.gpu = &gpu("h100")};
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_THAT([&] { operation_time(roofline, NumberFormat::kBf16, bad, 0); },
                ThrowsMessage<RequestError>(HasSubstr("finite and not negative")));
  }
  EXPECT_THROW(operation_time(roofline, NumberFormat::kBf16, 1e30, 0), RequestError);
}

TEST(TrainingRoofline, TheSlowerOfComputingAndMovingCounts) {
  const Roofline roofline{.gpu = &gpu("a100_80gb"), .efficiency = perfect()};
  EXPECT_EQ(operation_time(roofline, NumberFormat::kBf16, 312e6, 0), 1_usec);
  EXPECT_EQ(operation_time(roofline, NumberFormat::kBf16, 312e6, 2039e3), 1_usec);
  EXPECT_EQ(operation_time(roofline, NumberFormat::kBf16, 312e6, 2039e4), 10_usec);
  EXPECT_EQ(operation_time(roofline, NumberFormat::kBf16, 0, 0), 0_usec);
  EXPECT_EQ(operation_time(roofline, NumberFormat::kTf32, 312e6, 0), 2_usec);
}

TEST(TrainingRoofline, ProductsReadBothFactorsAndWriteTheThird) {
  const Product square{.name = "p", .m = 1000, .n = 1000, .k = 1000, .count = 2};
  EXPECT_EQ(square.flops(), 4e9);
  EXPECT_EQ(square.numbers(), 6'000'000);
  const Product scores{.name = "s", .m = 1000, .n = 1000, .k = 100, .share = 0.5, .fused = true};
  EXPECT_EQ(scores.flops(), 1e8);
  EXPECT_EQ(scores.numbers(), 200'000);
  const Roofline roofline{.gpu = &gpu("a100_80gb"), .efficiency = perfect()};
  EXPECT_EQ(product_time(roofline, square), operation_time(roofline, NumberFormat::kBf16, 4e9, 0));
}

TEST(TrainingRoofline, WorkIsTheSumOfItsOperations) {
  const Roofline roofline{.gpu = &gpu("h100")};
  const Product product{.name = "p", .m = 4096, .n = 4096, .k = 4096};
  const Stream stream{"s", 1'000'000};
  EXPECT_EQ(work_time(roofline, {.products = {product, product}, .streams = {stream}}),
            2 * product_time(roofline, product) + stream_time(roofline, stream));
}

// Attention has no fp8 kernels in training.
TEST(TrainingRoofline, FusedAttentionStaysInSixteenBits) {
  const Roofline roofline{.gpu = &gpu("h100"),
                          .efficiency = perfect(),
                          .precision = megatron_precision(NumberFormat::kFp8)};
  Product product{.name = "p", .m = 4096, .n = 4096, .k = 4096};
  const Duration fp8 = product_time(roofline, product);
  product.fused = true;
  EXPECT_NEAR(seconds(product_time(roofline, product)) / seconds(fp8), 2.0, 1e-3);
}

TEST(TrainingRoofline, FusedAttentionMayReachAnotherShareOfThePeak) {
  Roofline roofline{.gpu = &gpu("a100_80gb"), .efficiency = perfect()};
  Product product{.name = "p", .m = 4096, .n = 4096, .k = 4096, .fused = true};
  const Duration as_products = product_time(roofline, product);
  roofline.efficiency.attention = EfficiencyCurve::constant(0.25);
  EXPECT_NEAR(seconds(product_time(roofline, product)) / seconds(as_products), 4.0, 1e-6);
  product.fused = false;
  EXPECT_EQ(product_time(roofline, product), as_products);
  EXPECT_EQ(efficiency_of(gpu("a100_80gb"), NumberFormat::kBf16).attention,
            EfficiencyCurve::constant(0.615));
  EXPECT_EQ(efficiency_of(gpu("v100_32gb"), NumberFormat::kFp16).attention, std::nullopt);
}

TEST(TrainingRoofline, LayersOfAListAreBoundByTheirFlops) {
  const Roofline roofline{.gpu = &gpu("a100_80gb"), .efficiency = perfect()};
  const ModelLayer layer{.name = "a", .forward_flops = 312e3, .backward_flops = 624e3};
  EXPECT_EQ(forward_time(roofline, layer, 1000), 1_usec);
  EXPECT_EQ(backward_time(roofline, layer, 1000), 2_usec);
}

}  // namespace
}  // namespace commsim::training_gpu_test
