// Codecs of every kind in the convergence experiment.
#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectives/convergence/compressed_exchange.hpp"
#include "collectives/convergence/training.hpp"
#include "core/error.hpp"
#include "core/registry.hpp"

namespace commsim::convergence_compressed_test {
namespace {

using testing::Contains;
using testing::Not;
using testing::Optional;

CodecStage stage(std::string_view name, const CodecParameters& parameters = {}) {
  return {.codec = &Registry<Codec>::get(name, "codec"), .parameters = parameters};
}

ExchangeMaker exchange_of(const std::vector<CodecStage>& stages, bool feedback) {
  return compressed_exchange(stages, default_exchange(stages), 4, feedback);
}

TEST(CompressedExchange, RefusesAtOnceWhatCannotTravel) {
  EXPECT_THROW(
      compressed_exchange({stage("top_k", {.density = 0.1})}, Exchange::kAllReduce, 4, true),
      RequestError);
  EXPECT_THROW(compressed_exchange({stage("fp16"), stage("bf16")}, Exchange::kAllGather, 4, true),
               RequestError);
}

TEST(CompressedExchange, LosesNothingWithoutCodecs) {
  const auto problem = make_problem("two_layer_network", {});
  const Convergence result =
      compare_training(*problem, {}, exchange_of({stage("none")}, false), 0.01);
  EXPECT_THAT(result.loss_ratio, Optional(testing::DoubleNear(1, 1e-5)));
  EXPECT_EQ(result.compressed_steps, result.exact_steps);
}

TEST(CompressedExchange, HasRandomNumbersOfItsOwnForEachPart) {
  const ExchangeMaker make = exchange_of({stage("random_k", {.density = 0.25})}, false);
  const std::vector<float> gradient(64, 1.0F);
  const std::vector<TensorView> gradients(4, TensorView::vector(gradient));
  std::vector<std::vector<float>> means(3, std::vector<float>(gradient.size()));
  for (std::size_t i = 0; i < means.size(); ++i) {
    make(gradients.front().shape, i < 2 ? 0 : 1)->mean(gradients, means[i]);
    EXPECT_THAT(means[i], Contains(0.0F));
    EXPECT_THAT(means[i], Contains(Not(0.0F)));
  }
  EXPECT_EQ(means[0], means[1]);
  EXPECT_NE(means[0], means[2]);
}

struct Case {
  std::string name;
  std::vector<CodecStage> stages;
  std::string aggregation = "mean";
  std::optional<Exchange> exchange = {};
};

std::vector<Case> cases() {
  return {{"fp16", {stage("fp16")}},
          {"bf16", {stage("bf16")}},
          {"fp8_e4m3", {stage("fp8_e4m3")}},
          {"int8", {stage("int8")}},
          {"int8 by layers", {stage("int8")}, "layer_wise"},
          {"int4 by blocks", {stage("int4")}, "block_wise"},
          {"one_bit", {stage("one_bit")}, "mean", Exchange::kAllGather},
          {"top_k + fp16", {stage("top_k", {.density = 0.1}), stage("fp16")}},
          {"random_k", {stage("random_k", {.density = 0.25})}},
          {"power_sgd", {stage("power_sgd", {.rank = 1})}, "layer_wise"}};
}

TEST(CompressedExchange, LetsTrainingConvergeWithErrorFeedback) {
  const auto problem =
      make_problem("two_layer_network", {.samples = 80, .inputs = 10, .hidden = 3});
  for (const Case& chain : cases()) {
    TrainingOptions options{.shards = {20, 20, 20, 20}, .steps = 500};
    options.aggregation = aggregation_of(chain.aggregation);
    options.aggregation.block = 16;
    const Convergence result = compare_training(
        *problem, options,
        compressed_exchange(chain.stages, chain.exchange.value_or(default_exchange(chain.stages)),
                            4, true),
        0.1);
    EXPECT_FALSE(result.compressed.diverged) << chain.name;
    EXPECT_LT(result.loss_ratio.value_or(99), 1.1) << chain.name;
    EXPECT_TRUE(result.compressed_steps.has_value()) << chain.name;
  }
}

TEST(CompressedExchange, StaysAboveTheMinimumWithATenthAndNoErrorFeedback) {
  const auto problem = make_problem("linear_regression", {});
  const std::vector<CodecStage> stages{stage("top_k", {.density = 0.1})};
  const auto ratio = [&](bool feedback) {
    return compare_training(*problem, {.steps = 1000}, exchange_of(stages, feedback), 0.1)
        .loss_ratio.value_or(99);
  };
  EXPECT_LT(ratio(true), 1.05);
  EXPECT_GT(ratio(false), 1.2);
}

}  // namespace
}  // namespace commsim::convergence_compressed_test
