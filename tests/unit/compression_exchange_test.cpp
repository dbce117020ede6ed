// Ranks that exchange compressed tensors.
#include <gmock/gmock.h>

#include <cmath>

#include "collectives/compression/exchange.hpp"
#include "core/random.hpp"

namespace commsim::compression_exchange_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

CodecStage stage(std::string_view name, CodecParameters parameters = {}) {
  return {.codec = &Registry<Codec>::get(name, "codec"), .parameters = parameters};
}

struct Tensors {
  Tensors(int ranks, std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    Random random(seed);
    for (int r = 0; r < ranks; ++r) {
      std::vector<float>& mine = values.emplace_back(static_cast<std::size_t>(rows * columns));
      for (float& value : mine) value = static_cast<float>(random.unit() - 0.5);
    }
    mean.resize(values.front().size());
    for (const auto& each : values) {
      views.push_back({each, {.rows = rows, .columns = columns}});
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += each[i] / static_cast<float>(ranks);
    }
  }
  std::vector<std::vector<float>> values;
  std::vector<TensorView> views;
  std::vector<float> mean;
};

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  double all = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    all += double{b[i]} * b[i];
  }
  return std::sqrt(sum / all);
}

double error_of(const std::vector<CodecStage>& stages, Exchange exchange, int ranks) {
  const Tensors tensors(ranks, 1, 8192, 3);
  ExchangeGroup group(stages, exchange, ranks, false);
  std::vector<float> mean(tensors.mean.size());
  group.mean(tensors.views, mean);
  return distance(mean, tensors.mean);
}

TEST(Exchange, RefusesWhatCannotWorkWithItsReason) {
  const auto refusal = [](std::vector<CodecStage> stages, Exchange exchange, const char* why) {
    EXPECT_THAT([&] { refuse_unfit(stages, exchange); },
                ThrowsMessage<RequestError>(HasSubstr(why)));
  };
  refusal({stage("top_k")}, Exchange::kAllReduce, "scales or positions of its own");
  refusal({stage("fp16"), stage("zstd")}, Exchange::kAllReduce, "packed bytes do not add up");
  refusal({stage("power_sgd"), stage("fp16")}, Exchange::kAllReduce, "exact sum");
  refusal({stage("power_sgd")}, Exchange::kTwoShot, "no matrix of low rank");
  refusal({stage("top_k")}, Exchange::kPerHop, "needs more room at every hop");
  refusal({stage("int8"), stage("huffman")}, Exchange::kPerHop, "would change at every hop");
  EXPECT_THAT([&] { return exchange_of("ring"); }, testing::Throws<RequestError>());
}

TEST(Exchange, HasADefaultThatWorks) {
  for (const Codec* codec : Registry<Codec>::entries()) {
    if (codec->name == "threshold" || codec->name == "rounded") continue;  // need a parameter
    const std::vector<CodecStage> stages{{.codec = codec, .parameters = {}}};
    EXPECT_THAT([&] { refuse_unfit(stages, default_exchange(stages)); },
                testing::Not(testing::Throws<RequestError>()))
        << codec->name;
  }
  EXPECT_EQ(default_exchange({stage("fp16")}), Exchange::kAllReduce);
  EXPECT_EQ(default_exchange({stage("int8")}), Exchange::kTwoShot);
  EXPECT_EQ(default_exchange({stage("top_k")}), Exchange::kAllGather);
}

TEST(Exchange, WithoutCodecsIsTheMean) {
  for (const Exchange exchange :
       {Exchange::kAllReduce, Exchange::kAllGather, Exchange::kTwoShot, Exchange::kPerHop}) {
    for (const int ranks : {1, 2, 5}) {
      EXPECT_LT(error_of({stage("none")}, exchange, ranks), 1e-6) << name_of(exchange) << ranks;
    }
  }
}

TEST(Exchange, OfCastsIsAsExactAsCasts) {
  EXPECT_LT(error_of({stage("fp16")}, Exchange::kAllReduce, 8), 2e-3);
  EXPECT_LT(error_of({stage("bf16")}, Exchange::kAllReduce, 8), 2e-2);
  EXPECT_GT(error_of({stage("bf16")}, Exchange::kAllReduce, 8), 1e-4);
}

// Sums are rounded by the cast alone: positions stay those of the call.
TEST(Exchange, OfCastsOfChosenElementsKeepsThem) {
  const Tensors tensors(4, 1, 1000, 3);
  ExchangeGroup bare({stage("random_k", {.density = 0.5})}, Exchange::kAllReduce, 4, false);
  ExchangeGroup cast({stage("random_k", {.density = 0.5}), stage("fp16")}, Exchange::kAllReduce, 4,
                     false);
  std::vector<float> exact(1000);
  std::vector<float> rounded(1000);
  for (int step = 0; step < 3; ++step) {
    bare.mean(tensors.views, exact);
    cast.mean(tensors.views, rounded);
    EXPECT_LT(distance(rounded, exact), 2e-3) << step;
  }
}

// The sum of p integers of at most 127 / p fits into int8.
TEST(Exchange, OfASharedScaleRoundsEachRanksNumbersOnce) {
  for (const int ranks : {2, 8}) {
    const int most = 127 / ranks;
    const double step = 0.5 / most;
    // Of numbers that are uniform in a step the error has a variance of step^2 / 12, and the mean
    // of p that of p times less; the mean itself has 1 / (12 p).
    const double expected = step;
    EXPECT_NEAR(error_of({stage("int8_shared")}, Exchange::kAllReduce, ranks) / expected, 1, 0.1);
  }
}

// Two quantisations in all however many ranks there are, against one more at every hop.
TEST(Exchange, PerHopTheErrorGrowsWithTheRanksAndInTwoShotsItDoesNot) {
  const std::vector<CodecStage> int8{stage("int8")};
  const double few = error_of(int8, Exchange::kPerHop, 2);
  const double many = error_of(int8, Exchange::kPerHop, 32);
  EXPECT_GT(many, 2 * few);
  EXPECT_LT(error_of(int8, Exchange::kTwoShot, 32), 0.7 * many);
}

TEST(Exchange, OfPowerSgdIsThatOfTheMean) {
  const Tensors tensors(4, 64, 48, 5);
  ExchangeGroup group({stage("power_sgd", {.rank = 8})}, Exchange::kAllReduce, 4, false);
  ExchangeGroup alone({stage("power_sgd", {.rank = 8})}, Exchange::kAllReduce, 1, false);
  std::vector<float> together(tensors.mean.size());
  std::vector<float> of_mean(tensors.mean.size());
  const std::vector<TensorView> mean{{tensors.mean, tensors.views.front().shape}};
  for (int step = 0; step < 3; ++step) {
    group.mean(tensors.views, together);
    alone.mean(mean, of_mean);
    EXPECT_LT(distance(together, of_mean), 1e-3) << step;
  }
}

// The largest |g|^2 of a rank.
double energy_of(const Tensors& tensors) {
  double most = 0;
  for (const auto& values : tensors.values) {
    double sum = 0;
    for (const float value : values) sum += double{value} * value;
    most = std::max(most, sum);
  }
  return most;
}

void add_part(std::vector<float>& sum, const std::vector<float>& more, int parts) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i] / static_cast<float>(parts);
}

// |e|^2 <= 4 (1 - d) / d^2 max |g|^2 for codecs that keep a part d of the energy (Karimireddy et
// al. 2019, lemma 3).
TEST(Exchange, ErrorFeedbackKeepsABoundedResidualAndSendsEverythingInTheEnd) {
  constexpr double kDensity = 0.1;
  constexpr int kSteps = 200;
  const Tensors tensors(2, 1, 512, 9);
  ExchangeGroup with({stage("top_k", {.density = kDensity})}, Exchange::kAllGather, 2, true);
  ExchangeGroup without({stage("top_k", {.density = kDensity})}, Exchange::kAllGather, 2, false);
  std::vector<float> mean(tensors.mean.size());
  std::vector<float> sent(tensors.mean.size());
  std::vector<float> lost(tensors.mean.size());
  const double most = 4 * (1 - kDensity) / (kDensity * kDensity) * energy_of(tensors);
  for (int step = 0; step < kSteps; ++step) {
    with.mean(tensors.views, mean);
    add_part(sent, mean, kSteps);
    EXPECT_LE(std::pow(std::max(with.residual_norm(0), with.residual_norm(1)), 2), most);
    without.mean(tensors.views, mean);
    add_part(lost, mean, kSteps);
  }
  EXPECT_LT(distance(sent, tensors.mean), 0.1);
  EXPECT_GT(distance(lost, tensors.mean), 0.4);
  EXPECT_EQ(with.feedback_bytes(), 512 * 4);
  EXPECT_EQ(without.feedback_bytes(), 0);
}

}  // namespace
}  // namespace commsim::compression_exchange_test
