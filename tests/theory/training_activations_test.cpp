// Activation memory against Korthikanti et al., arXiv:2205.05198, and parameter memory against
// Rajbhandari et al., arXiv:1910.02054.
#include <gtest/gtest.h>

#include <cmath>

#include "sim/workload/training/activations.hpp"
#include "sim/workload/training/memory.hpp"
#include "sim/workload/training/rank_parameters.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim::training_activations_test {
namespace {

struct Sizes {
  std::int64_t l, h, a, s, b, t;
};

// Table 3 of the paper, and one of its own.
const std::vector<Sizes> kSizes = {{48, 6144, 64, 2048, 4, 8},
                                   {96, 12288, 96, 2048, 1, 8},
                                   {105, 20480, 128, 2048, 1, 8},
                                   {128, 25600, 160, 2048, 1, 8},
                                   {4, 1024, 16, 512, 3, 4}};

TransformerModel model_of(const Sizes& z) { return gpt_model(z.l, z.h, z.a, z.s, 51200); }

Parallelism tensor(const Sizes& z) {
  return {.tensor = z.t, .micro_batch = z.b, .global_batch = z.b, .fused_attention = false};
}

// Table 2, row by row.
TEST(TrainingActivations, AreThoseOfTheTable) {
  for (const Sizes& z : kSizes) {
    const TransformerModel model = model_of(z);
    const std::int64_t sbh = z.s * z.b * z.h;
    const std::int64_t scores = 5 * z.a * z.s * z.s * z.b;
    Parallelism p = tensor(z);
    p.tensor = 1;
    EXPECT_EQ(layer_activations(model, p, 0), 34 * sbh + scores);
    p.tensor = z.t;
    EXPECT_EQ(layer_activations(model, p, 0), 10 * sbh + (24 * sbh + scores) / z.t);
    p.sequence_parallel = true;
    EXPECT_EQ(layer_activations(model, p, 0), (34 * sbh + scores) / z.t);
    p.recompute = Recompute::kSelective;
    EXPECT_EQ(layer_activations(model, p, 0), 34 * sbh / z.t);
    p.sequence_parallel = false;
    EXPECT_EQ(layer_activations(model, p, 0), 10 * sbh + 24 * sbh / z.t);
    p.recompute = Recompute::kFull;
    EXPECT_EQ(layer_activations(model, p, 0), 2 * sbh);
  }
}

// "saves 70% and 65% of the memory for activations", section 5, for GPT-3 and MT-NLG.
TEST(TrainingActivations, SelectiveRecomputationSavesWhatIsPublished) {
  const auto saved = [](const Sizes& z) {
    Parallelism p = tensor(z);
    p.sequence_parallel = true;
    const auto all = static_cast<double>(layer_activations(model_of(z), p, 0));
    p.recompute = Recompute::kSelective;
    return 1 - static_cast<double>(layer_activations(model_of(z), p, 0)) / all;
  };
  EXPECT_NEAR(saved(kSizes[1]), 0.70, 0.005);
  EXPECT_NEAR(saved(kSizes[2]), 0.65, 0.005);
}

// Section 4.3: the first stage has all L layers' worth, and s b h p / t of masks in front.
TEST(TrainingActivations, OfTheFirstStageAreThoseOfAllLayers) {
  const Sizes& z = kSizes[1];
  Parallelism p = tensor(z);
  p.sequence_parallel = true;
  p.recompute = Recompute::kSelective;
  p.pipeline = 8;
  p.global_batch = 64;
  const std::int64_t sbh = z.s * z.b * z.h;
  EXPECT_EQ(stage_memory(model_of(z), p, 0).activations.count(),
            z.l * 34 * sbh / z.t + sbh * 8 / z.t);
  // Interleaved L (1 + (p-1)/(p v)): 31 chunks of 4 layers where 24 are the model; at the peak 16
  // micro-batches have passed chunk 0, which has the masks.
  p.virtual_stages = 3;
  p.schedule = "interleaved";
  const std::int64_t layers = 124;
  const std::int64_t masks = 16;
  EXPECT_EQ(stage_memory(model_of(z), p, 0).activations.count(),
            layers * 34 * sbh / z.t + masks * sbh / z.t);
}

// Without a pipeline: s b h L / t (1/L + 4/L (1 + V/h)) beyond the layers.
TEST(TrainingActivations, OfEmbeddingAndHeadAreThoseOfThePaper) {
  const Sizes& z = kSizes[0];
  Parallelism p = tensor(z);
  p.sequence_parallel = true;
  const std::int64_t sb = z.s * z.b;
  EXPECT_EQ(embedding_activations(model_of(z), p), sb * z.h / z.t);
  EXPECT_EQ(head_activations(model_of(z), p), 4 * sb * (z.h + 51200) / z.t);
}

// Figure 1: 7.5 billion parameters, 64 replicas.
TEST(TrainingParameterMemory, IsThatOfZero) {
  const LayerList model{.layers = {{.name = "all", .parameters = 7'500'000'000}}};
  const auto gigabytes = [&](ZeroStage stage) {
    const MemoryUse use = memory(
        model, {.data = 64, .global_batch = 64, .zero = stage, .precision = zero_precision()});
    return static_cast<double>((use.weights + use.gradients + use.optimizer).count()) / 1e9;
  };
  EXPECT_DOUBLE_EQ(gigabytes(ZeroStage::kNone), 120);
  EXPECT_DOUBLE_EQ(gigabytes(ZeroStage::kOptimizer), 31.40625);   // 31.4 in the figure
  EXPECT_DOUBLE_EQ(gigabytes(ZeroStage::kGradients), 16.640625);  // 16.6
  EXPECT_DOUBLE_EQ(gigabytes(ZeroStage::kParameters), 1.875);     // 1.9
}

// 18 bytes a parameter: Megatron's distributed optimizer has 6 + 12/d.
TEST(TrainingParameterMemory, IsThatOfMegatronsDistributedOptimizer) {
  const LayerList model{.layers = {{.name = "all", .parameters = 1'000'000}}};
  Parallelism p{.data = 8, .global_batch = 8};
  EXPECT_EQ(memory(model, p).total(), Bytes{18'000'000});
  p.zero = ZeroStage::kOptimizer;
  EXPECT_EQ(memory(model, p).total(), Bytes{7'500'000});
}

}  // namespace
}  // namespace commsim::training_activations_test
