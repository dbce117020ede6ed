// Tables of measured products, from CSV to the efficiency of a GPU.
#include "sim/workload/training/measured_products.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/four_gpus.hpp"

namespace commsim::measured_products_test {
namespace {

using support::expect_refused;
using support::kHalves;
using support::read;
using support::result_of;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr auto kTable =
    "count,dtype,time_us_oop,operation\n"
    "1000,float16,100,gemm\n"  // 20 TFLOP/s
    "2000,float16,200,gemm\n"  // 80
    "2000,float16,240,gemm\n"  // the median is 220
    "2000,float16,220,gemm\n"
    "1000,float32,1000,gemm\n";

ProductTable table(const std::string& text) { return read_product_table({"t.csv", text}); }

TEST(MeasuredProducts, RefusesTablesThatAreNone) {
  const auto refused = [](const std::string& text, const std::string& reason) {
    EXPECT_THAT([&] { table(text); }, ThrowsMessage<ConfigError>(HasSubstr(reason)));
  };
  refused("count,dtype\n", "t.csv:1:1: error: the header has no column 'time_us_oop'");
  refused("count,dtype,time_us_oop\n", "it has no products");
  refused("count,dtype,time_us_oop\n0,float16,1\n", "t.csv:2:1");
  refused("count,dtype,time_us_oop\n8,float16,-1\n", "t.csv:2:11");
  refused("count,dtype,time_us_oop\n8,float16,0\n", "t.csv:2:11");
  refused("count,dtype,time_us_oop,operation\n8,float16,1,copy\n", "'copy' is no matrix product");
}

TEST(MeasuredProducts, RefusesWhatTheGpuCannotDo) {
  const Gpu& gpu = Registry<Gpu>::get("v100_32gb", "GPU");
  EXPECT_THAT([&] { measured_products(table("count,dtype,time_us_oop\n1000,float16,1\n"), gpu); },
              ThrowsMessage<RequestError>(HasSubstr("the peak of a v100_32gb is 125.0")));
  EXPECT_THAT([&] { measured_products(table("count,dtype,time_us_oop\n1000,int8,1\n"), gpu); },
              ThrowsMessage<RequestError>(HasSubstr("none of its products")));
}

TEST(MeasuredProducts, AreEfficienciesBetweenAndBeyondThem) {
  const Gpu& gpu = Registry<Gpu>::get("a100_80gb", "GPU");
  const auto curves = measured_products(table(kTable), gpu);
  ASSERT_EQ(curves.size(), 2U);
  const EfficiencyCurve& curve = curves.at(NumberFormat::kFp16);
  const double low = 20e12 / 312e12;
  const double high = 16e9 / 220e-6 / 312e12;
  EXPECT_NEAR(curve.at(2e9), low, 1e-12);
  EXPECT_NEAR(curve.at(16e9), high, 1e-12);
  EXPECT_NEAR(curve.at(std::sqrt(2e9 * 16e9)), std::sqrt(low * high), 1e-12);
  EXPECT_EQ(curve.at(1), curve.at(2e9));
  EXPECT_EQ(curve.at(1e15), curve.at(16e9));
  EXPECT_NEAR(curves.at(NumberFormat::kFp32).at(1e9), 2e12 / 19.5e12, 1e-12);
}

TEST(MeasuredProducts, NoiseDoesNotMakeMoreWorkFaster) {
  const auto curves = measured_products(
      table("count,dtype,time_us_oop\n100,float16,9\n200,float16,7\n400,float16,8\n"),
      Registry<Gpu>::get("a100_80gb", "GPU"));
  const EfficiencyCurve& curve = curves.at(NumberFormat::kFp16);
  double before = 0;
  for (double flops = 1e6; flops < 1e9; flops *= 1.3) {
    const double time = flops / curve.at(flops);
    EXPECT_GE(time, before * (1 - 1e-9));
    before = time;
  }
}

TEST(MeasuredProducts, ReplaceTheEfficiencyOfAGpu) {
  const auto file = std::filesystem::path(testing::TempDir()) / "mixed_gpus_gemm.csv";
  std::ofstream(file) << kTable;
  const std::string profile = fmt::format("training.efficiency.profile='{}'", file.string());
  const TrainingSet set = read("gpu: a100_80gb", {profile});
  const ComputeEfficiency& curves = set.points.at(0).job.gpus.types().front().efficiency;
  EXPECT_EQ(curves.of_products(NumberFormat::kFp16).at(2e9), 20e12 / 312e12);
  EXPECT_THAT(curves.source, HasSubstr("gemm.csv"));
  EXPECT_NE(result_of(set).time, result_of("gpu: a100_80gb").time);
  expect_refused("gpu: a100_80gb",
                 "it has no products of bf16, in which this job computes (it has fp32, fp16)",
                 {profile, "training.precision.compute=bf16"});
  expect_refused(kHalves, "it is of one type of GPU, and there are several", {profile});
  expect_refused("gpu: a100_80gb", "nowhere.csv", {"training.efficiency.profile=nowhere.csv"});
}

}  // namespace
}  // namespace commsim::measured_products_test
