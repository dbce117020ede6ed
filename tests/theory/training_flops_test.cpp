// FLOPs of transformers against the published formulas.
#include <gtest/gtest.h>

#include "sim/workload/training/layer_work.hpp"
#include "sim/workload/training/model_flops.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim::training_flops_test {
namespace {

constexpr double kVocabulary = 51200;

TransformerModel preset(const char* name) {
  return std::get<TransformerModel>(Registry<TrainingModel>::get(name, "model").shape);
}

struct Sizes {
  std::int64_t layers, hidden, heads, sequence;
};

const std::vector<Sizes> kSizes = {{24, 2304, 24, 2048},  {48, 8192, 64, 2048},
                                   {96, 12288, 96, 2048}, {105, 20480, 128, 2048},
                                   {30, 1920, 15, 1024},  {2, 512, 8, 8192}};

TransformerModel model_of(const Sizes& sizes) {
  return gpt_model(sizes.layers, sizes.hidden, sizes.heads, sizes.sequence,
                   static_cast<std::int64_t>(kVocabulary));
}

// 96 B s l h^2 (1 + s/6h + V/16lh), arXiv:2104.04473, appendix.
TEST(TrainingFlops, WithFullRecomputationAreThoseOfNarayanan) {
  for (const Sizes& sizes : kSizes) {
    const auto l = static_cast<double>(sizes.layers);
    const auto h = static_cast<double>(sizes.hidden);
    const auto s = static_cast<double>(sizes.sequence);
    EXPECT_DOUBLE_EQ(hardware_flops(model_of(sizes), Recompute::kFull),
                     96 * s * l * h * h * (1 + s / (6 * h) + kVocabulary / (16 * l * h)));
  }
}

// 72 B s l h^2 (1 + s/6h + V/12lh), arXiv:2205.05198, appendix A.
TEST(TrainingFlops, OfTheModelAreThoseOfKorthikanti) {
  for (const Sizes& sizes : kSizes) {
    const auto l = static_cast<double>(sizes.layers);
    const auto h = static_cast<double>(sizes.hidden);
    const auto s = static_cast<double>(sizes.sequence);
    const double expected = 72 * s * l * h * h * (1 + s / (6 * h) + kVocabulary / (12 * l * h));
    EXPECT_DOUBLE_EQ(model_flops(model_of(sizes)), expected);
    // The two products of attention once more.
    EXPECT_DOUBLE_EQ(hardware_flops(model_of(sizes), Recompute::kSelective),
                     expected + 4 * l * s * s * h);
  }
}

// 6 N + 12 l h s for each token, where N are the parameters of matrices (PaLM, arXiv:2204.02311,
// appendix B), experts only as far as they are active.
TEST(TrainingFlops, AreSixForEachParameterAndTwelveForAttention) {
  for (const char* name : {"llama3_8b", "llama3_70b", "llama3_405b", "mixtral_8x7b"}) {
    const TransformerModel model = preset(name);
    const auto tokens = static_cast<double>(model.sequence);
    const std::int64_t norms = (2 * model.layers + 1) * model.hidden;
    const auto matrices =
        static_cast<double>(active_parameters(model) - norms - model.vocabulary * model.hidden);
    const double attention = 12.0 * static_cast<double>(model.layers) *
                             static_cast<double>(model.query_width()) * tokens;
    EXPECT_DOUBLE_EQ(model_flops(model), tokens * (6 * matrices + attention)) << name;
  }
}

// Llama 3 405B: 3.8e25 FLOPs on 15.6 T tokens (arXiv:2407.21783), which is 6 N D.
TEST(TrainingFlops, OfLlama405AreAsPublished) {
  const TransformerModel model = preset("llama3_405b");
  const double each = model_flops(model) / static_cast<double>(model.sequence);
  EXPECT_NEAR(each * 15.6e12, 3.8e25, 0.12 * 3.8e25);
}

// Every rank's part, over all ranks, is the whole, for whatever divides it.
TEST(TrainingFlops, OfAllRanksTogetherAreTheWhole) {
  const Parallelism whole{.fused_attention = false};
  Parallelism part = whole;
  part.tensor = 8;
  part.context = 4;
  part.sequence_parallel = true;
  for (const char* name : {"llama3_8b", "gpt3_175b"}) {
    const TransformerModel model = preset(name);
    EXPECT_DOUBLE_EQ(32 * layer_forward(model, part, 0).flops(),
                     layer_forward(model, whole, 0).flops());
    EXPECT_DOUBLE_EQ(32 * layer_backward(model, part, 0).flops(),
                     layer_backward(model, whole, 0).flops());
    EXPECT_EQ(32 * layer_forward(model, part, 0).streamed(),
              layer_forward(model, whole, 0).streamed());
  }
  part.data = 8;
  part.expert = 32;
  const TransformerModel deepseek = preset("deepseek_v3");
  for (const std::int64_t layer : {0, 10}) {
    EXPECT_DOUBLE_EQ(32 * layer_forward(deepseek, part, layer).flops(),
                     layer_forward(deepseek, whole, layer).flops());
  }
}

// Backward is twice forward; full recomputation makes it three times.
TEST(TrainingFlops, BackwardIsTwiceForwardAndWhatIsComputedAgain) {
  const TransformerModel model = preset("mixtral_8x7b");
  Parallelism p{.fused_attention = false};
  const double forward = layer_forward(model, p, 0).flops();
  EXPECT_DOUBLE_EQ(layer_backward(model, p, 0).flops(), 2 * forward);
  p.recompute = Recompute::kFull;
  EXPECT_DOUBLE_EQ(layer_backward(model, p, 0).flops(), 3 * forward);
}

// FlashAttention-2 (arXiv:2307.08691): two products forward, five backward, half under the mask.
TEST(TrainingFlops, OfFusedAttentionAreHalfUnderTheMaskAndFiveProductsBackward) {
  const TransformerModel model = preset("llama3_8b");
  const auto of_attention = [](const Work& work) {
    double flops = 0;
    for (const Product& product : work.products) {
      if (product.fused) flops += product.flops();
    }
    return flops;
  };
  const auto s = static_cast<double>(model.sequence);
  const double one = 2 * s * s * static_cast<double>(model.hidden) / 2;
  EXPECT_DOUBLE_EQ(of_attention(layer_forward(model, {}, 0)), 2 * one);
  EXPECT_DOUBLE_EQ(of_attention(layer_backward(model, {}, 0)), 5 * one);
}

}  // namespace
}  // namespace commsim::training_flops_test
