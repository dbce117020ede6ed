// The efficiencies that GPUs come with, from kernels that others timed: Vidur's profiles of
// operators (microsoft/vidur, MIT, data/profiling/compute/<gpu>/<model>/mlp.csv, medians without
// tensor parallelism, of the first row of each number of tokens; A100 and H100 of DGX servers).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "sim/workload/training/efficiency.hpp"
#include "sim/workload/training/gpu.hpp"

namespace commsim::published_kernels_test {
namespace {

// A block's four products, in milliseconds: h x qkv, h x h, h x up, down x h.
struct Products {
  std::string_view model;
  double tokens, hidden, query_key_value, up, down;
  std::array<double, 4> milliseconds;
};
constexpr auto kProductsOfA100 = std::to_array<Products>(
    {{"phi-2", 4096, 2560, 7680, 10240, 10240, {0.651, 0.236, 0.867, 0.790}},
     {"phi-2", 2048, 2560, 7680, 10240, 10240, {0.3985, 0.139, 0.449, 0.464}},
     {"phi-2", 1024, 2560, 7680, 10240, 10240, {0.1755, 0.083, 0.231, 0.291}},
     {"phi-2", 512, 2560, 7680, 10240, 10240, {0.101, 0.038, 0.126, 0.1295}},
     {"Llama-2-7b", 4096, 4096, 12288, 22016, 11008, {1.911, 0.611, 3.3655, 1.604}},
     {"Llama-2-70b", 4096, 8192, 10240, 57344, 28672, {2.872, 2.377, 15.9405, 8.0635}},
     {"Qwen-72B", 4096, 8192, 24576, 49152, 24576, {7.306, 2.468, 14.0915, 7.224}}});

// Of share * work / (work + half) for one half, the share that is nearest and how far off it is.
struct Law {
  double share = 0;
  double spread = 0;
};
Law law_of(double half) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const Products& row : kProductsOfA100) {
    const std::array<double, 4> areas = {row.hidden * row.query_key_value, row.hidden * row.hidden,
                                         row.hidden * row.up, row.down * row.hidden};
    for (std::size_t i = 0; i < areas.size(); ++i) {
      const double work = 2 * row.tokens * areas[i];
      const double off =
          std::log(work / (row.milliseconds[i] * 1e-3) / 312e12) - std::log(work / (work + half));
      sum += off;
      squares += off * off;
      count += 1;
    }
  }
  return {std::exp(sum / count), std::sqrt(squares / count - sum / count * sum / count)};
}

// Kernels between the products of phi-2's blocks at 4,096 tokens of 2,560 numbers, in microseconds:
// torch's LayerNorm, its GELU of 10,240 and two sums. Of the A100's GELU there are two rows.
struct Kernels {
  double norm, activation, sums;
};
constexpr Kernels kOfA100 = {43, 124.5, 78};
constexpr Kernels kOfH100 = {21, 68, 40};
constexpr double kNumbers = 4096.0 * 2560;
constexpr double kNormBytes = 2 * 2 * kNumbers;
constexpr double kActivationBytes = 2 * 2 * 4 * kNumbers;
constexpr double kSumBytes = 2 * 3 * 2 * kNumbers;

// The share of the memory's bandwidth that all of them together reach on a GPU with so much of it
// and `speed` times the multiprocessors of the one that was measured.
double share_of(const Kernels& measured, double bandwidth, double other, double speed = 1) {
  const double best = kSumBytes / (measured.sums * 1e-6) / bandwidth * other;
  const auto time = [&](double bytes, double microseconds) {
    return bytes / std::min(best, bytes / (microseconds * 1e-6) * speed);
  };
  const double seconds = time(kNormBytes, measured.norm) +
                         time(kActivationBytes, measured.activation) + kSumBytes / best;
  return (kNormBytes + kActivationBytes + kSumBytes) / seconds / other;
}

TEST(PublishedKernels, SayAtWhatWorkProductsReachHalf) {
  const Law chosen = law_of(kHalfOfA100);
  EXPECT_NEAR(chosen.share, 0.748, 0.001);
  EXPECT_NEAR(chosen.spread, 0.073, 0.001);
  EXPECT_LT(chosen.spread, law_of(kHalfOfA100 - 0.1e9).spread);
  EXPECT_LT(chosen.spread, law_of(kHalfOfA100 + 0.1e9).spread);
}

// The published step that calibrates the A100 agrees with its products.
TEST(PublishedKernels, AreAsFastAsTheCalibrationOfA100) {
  const double sustained = Registry<Gpu>::get("a100_80gb", "GPU")
                               .sustained[static_cast<std::size_t>(NumberFormat::kFp16)];
  EXPECT_NEAR(sustained / law_of(kHalfOfA100).share, 1, 0.06);
}

TEST(PublishedKernels, SayWhatShareOfTheMemoryOtherKernelsReach) {
  const auto share = [](std::string_view gpu) {
    const double own = Registry<Gpu>::get(gpu, "GPU").memory_share;
    return own > 0 ? own : kMemoryOfA100;
  };
  EXPECT_NEAR(share("a100_80gb"), share_of(kOfA100, 2039e9, 2039e9), 0.005);
  EXPECT_NEAR(share("a100_40gb"), share_of(kOfA100, 2039e9, 1555e9), 0.005);
  EXPECT_NEAR(share("v100_32gb"), share_of(kOfA100, 2039e9, 900e9, 80.0 / 108), 0.005);
  EXPECT_NEAR(share("h100"), share_of(kOfH100, 3350e9, 3350e9), 0.005);
  EXPECT_NEAR(share("h200"), share_of(kOfH100, 3350e9, 4800e9), 0.005);
}

}  // namespace
}  // namespace commsim::published_kernels_test
