// Bytes that one rank sends in a step against the formulas of the papers, to the byte.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/workload/training/rank_parameters.hpp"
#include "sim/workload/training/training_model.hpp"
#include "sim/workload/training/volumes.hpp"

namespace commsim::training_volumes_test {
namespace {

constexpr std::int64_t kHalf = 2;  // bytes of activations and weights
constexpr std::int64_t kTokens = 2048;
constexpr std::int64_t kHidden = 1024;
constexpr std::int64_t kWords = 51200;

TransformerModel preset(const char* name) {
  return std::get<TransformerModel>(Registry<TrainingModel>::get(name, "model").shape);
}

// Sizes that every degree below divides.
TransformerModel small() { return gpt_model(16, kHidden, 16, kTokens, kWords); }

Bytes volume(const TransformerModel& model, const Parallelism& p, Traffic traffic,
             std::int64_t stage = 0) {
  validate(p, model);
  return sent(stage_traffic(model, p, stage), traffic);
}

// 2 (d-1)/d N w
TEST(TrainingVolumes, OfPlainReplicasAreOneAllReduceOfTheGradients) {
  const std::int64_t n = parameters(small());
  for (const std::int64_t d : {1, 2, 4, 8}) {
    EXPECT_EQ(volume(small(), {.data = d, .global_batch = 64}, Traffic::kData),
              Bytes{2LL * (d - 1) * n * 4 / d});
  }
}

// (d-1)/d N (w_g + w_p); stage 2 reduces each of m micro-batches.
TEST(TrainingVolumes, OfShardedOptimizersAreAReduceScatterAndAnAllGather) {
  const std::int64_t n = parameters(small());
  Parallelism p{.data = 8, .global_batch = 8, .zero = ZeroStage::kOptimizer};
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{7LL * n * (4 + 2) / 8});
  p.zero = ZeroStage::kGradients;
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{7LL * n * (4 + 2) / 8});
  p.global_batch = 24;
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{7LL * n * (3 * 4 + 2) / 8});
  p.zero = ZeroStage::kOptimizer;
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{7LL * n * (4 + 2) / 8});
}

// (2 w_p + w_g) (d-1)/d N for each micro-batch, one w_p if not resharded.
TEST(TrainingVolumes, OfShardedParametersAreTwoAllGathersAndAReduceScatter) {
  const std::int64_t n = parameters(small());
  Parallelism p{.data = 8, .global_batch = 24, .zero = ZeroStage::kParameters};
  p.precision = zero_precision(NumberFormat::kBf16);
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{3LL * 7 * n * (2 * 2 + 2) / 8});
  p.reshard_after_forward = false;
  EXPECT_EQ(volume(small(), p, Traffic::kData), Bytes{3LL * 7 * n * (2 + 2) / 8});
}

// Within groups of g as above, and an all-reduce of N/g between d/g groups.
TEST(TrainingVolumes, OfHybridShardingAreInGroupsAndOnceAcross) {
  const std::int64_t n = parameters(small());
  Parallelism p{.data = 8, .global_batch = 8, .zero = ZeroStage::kParameters, .shard_group = 4};
  p.precision = zero_precision(NumberFormat::kBf16);
  EXPECT_EQ(volume(small(), p, Traffic::kData),
            Bytes{3LL * n * (2 * 2 + 2) / 4 + 2 * (n / 4) * 2 / 2});
}

// 4 all-reduces of b s h w for each layer and micro-batch, 6 with full recomputation.
TEST(TrainingVolumes, OfTensorParallelismAreFourAllReducesOfALayer) {
  for (const std::int64_t t : {1, 2, 4, 8}) {
    for (const std::int64_t b : {1, 2, 4}) {
      Parallelism p{.data = 2, .tensor = t, .micro_batch = b, .global_batch = 32};
      const std::int64_t bshw = b * kTokens * kHidden * kHalf;
      const std::int64_t layers_and_micro_batches = 16 * 16 / b;
      EXPECT_EQ(volume(small(), p, Traffic::kTensor),
                Bytes{layers_and_micro_batches * 4 * 2 * (t - 1) * bshw / t});
      p.recompute = Recompute::kFull;
      EXPECT_EQ(volume(small(), p, Traffic::kTensor),
                Bytes{layers_and_micro_batches * 6 * 2 * (t - 1) * bshw / t});
    }
  }
}

// The same bytes, and one all-gather more for each of the two blocks.
TEST(TrainingVolumes, OfSequenceParallelismAreTheSameAndTwoAllGathers) {
  Parallelism p{.tensor = 8, .global_batch = 4, .sequence_parallel = true};
  const std::int64_t bshw = kTokens * kHidden * kHalf;
  EXPECT_EQ(volume(small(), p, Traffic::kTensor), Bytes{16LL * 4 * (4 * 2 + 2) * 7 * bshw / 8});
}

// b s h w each way at each boundary, divided by t where tensor ranks hold different tokens, v
// boundaries with interleaving.
TEST(TrainingVolumes, OfPipelinesAreActivationsAtEachBoundary) {
  Parallelism p{.pipeline = 4, .global_batch = 8};
  const std::int64_t bshw = kTokens * kHidden * kHalf;
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 0), Bytes{8LL * bshw});
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 1), Bytes{8LL * 2 * bshw});
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 3), Bytes{8LL * bshw});
  p.virtual_stages = 2;
  p.schedule = "interleaved";
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 0), Bytes{8LL * 3 * bshw});
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 1), Bytes{8LL * 4 * bshw});
  p.tensor = 8;
  p.sequence_parallel = true;
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 1), Bytes{8LL * 4 * bshw / 8});
  p.sequence_parallel = false;
  p.scatter_gather = true;
  EXPECT_EQ(volume(small(), p, Traffic::kPipeline, 1), Bytes{8LL * 4 * (bshw / 8 + 7 * bshw / 8)});
}

// 4 all-to-alls of T k h w (e-1)/e for each layer with experts.
TEST(TrainingVolumes, OfExpertsAreFourAllToAlls) {
  const TransformerModel model = preset("mixtral_8x7b");
  for (const std::int64_t e : {1, 2, 4, 8}) {
    Parallelism p{.data = 8, .expert = e, .global_batch = 16};
    const std::int64_t each = 4096LL * 2 * 4096 * kHalf;
    EXPECT_EQ(volume(model, p, Traffic::kExpert), Bytes{32LL * 2 * 4 * (e - 1) * each / e});
    p.recompute = Recompute::kFull;
    EXPECT_EQ(volume(model, p, Traffic::kExpert), Bytes{32LL * 2 * 6 * (e - 1) * each / e});
    p.recompute = Recompute::kNone;
    p.tensor = 8;
    p.sequence_parallel = true;
    EXPECT_EQ(volume(model, p, Traffic::kExpert), Bytes{32LL * 2 * 4 * (e - 1) * each / e / 8});
  }
  // Only layers with experts have them.
  const TransformerModel deepseek = preset("deepseek_v3");
  EXPECT_EQ(volume(deepseek, {.data = 8, .expert = 8, .global_batch = 8}, Traffic::kExpert),
            Bytes{58LL * 4 * 7 * (4096LL * 8 * 7168 * kHalf) / 8});
}

// Experts are summed among e times fewer ranks than all other parameters.
TEST(TrainingVolumes, GradientsOfExpertsStayAmongThoseWithTheSame) {
  const TransformerModel model = preset("mixtral_8x7b");
  const Parallelism p{.data = 8, .expert = 4, .global_batch = 8};
  const std::int64_t experts = 32LL * 8 * 3 * 4096 * 14336;
  const std::int64_t others = parameters(model) - experts;
  EXPECT_EQ(volume(model, p, Traffic::kData),
            Bytes{2LL * 7 * others * 4 / 8 + 2 * 1 * (experts / 4) * 4 / 2});
}

// Ring: (c-1) 2 b (s/c) h_kv w forward and twice that backward.
TEST(TrainingVolumes, OfContextParallelismAreKeysAndValues) {
  const TransformerModel model = preset("llama3_8b");
  const std::int64_t layers = 32;
  for (const std::int64_t c : {1, 2, 4, 8}) {
    for (const std::int64_t t : {1, 4}) {
      Parallelism p{.tensor = t, .context = c, .global_batch = 2};
      const std::int64_t block = 2 * (8192 / c) * (8 / t * 128) * kHalf;
      EXPECT_EQ(volume(model, p, Traffic::kContext), Bytes{2LL * layers * 3 * (c - 1) * block});
      p.context_method = ContextMethod::kAllGather;
      EXPECT_EQ(volume(model, p, Traffic::kContext), Bytes{2LL * layers * 3 * (c - 1) * block});
    }
  }
  // All to all: of b s h / c for queries and outputs, an eighth over two for keys and values.
  const std::int64_t queries = kHalf * 4096 * (8192 / 4);
  EXPECT_EQ(
      volume(model, {.context = 4, .global_batch = 1, .context_method = ContextMethod::kAllToAll},
             Traffic::kContext),
      Bytes{layers * 2 * 3 * (2 * queries + 2 * queries / 4) / 4});
}

// V h / t on the first and the last stage, nowhere else.
TEST(TrainingVolumes, OfATiedMatrixAreAnAllReduceBetweenTheEnds) {
  Parallelism p{.tensor = 2, .pipeline = 4, .global_batch = 4};
  const Bytes matrix{kWords * kHidden / 2 * 4};
  EXPECT_EQ(volume(small(), p, Traffic::kEmbedding, 0), matrix);
  EXPECT_EQ(volume(small(), p, Traffic::kEmbedding, 1), Bytes{});
  EXPECT_EQ(volume(small(), p, Traffic::kEmbedding, 3), matrix);
  p.pipeline = 1;
  EXPECT_EQ(volume(small(), p, Traffic::kEmbedding), Bytes{});
  EXPECT_EQ(volume(preset("llama3_8b"), {.pipeline = 4, .global_batch = 4}, Traffic::kEmbedding),
            Bytes{});
}

// An all-reduce behind the embedding, one in front of the head's gradient, three numbers of the
// loss for each token.
TEST(TrainingVolumes, OfTheVocabularyAreTwoAllReducesAndTheLoss) {
  Parallelism p{.tensor = 8, .global_batch = 4};
  const std::int64_t bshw = kTokens * kHidden * kHalf;
  const std::int64_t once = 4LL * (2 * bshw + 3 * kTokens * 4);
  EXPECT_EQ(volume(small(), p, Traffic::kVocabulary), Bytes{once * 2 * 7 / 8});
}

// Parts of all stages and tensor ranks make the model, plus what is on several.
TEST(TrainingVolumes, StagesHoldAllParameters) {
  for (const char* name : {"gpt3_175b", "llama3_70b"}) {
    const TransformerModel model = preset(name);
    Parallelism p{.tensor = 8, .pipeline = 8, .global_batch = 8};
    std::int64_t together = 0;
    for (std::int64_t stage = 0; stage < 8; ++stage) {
      const RankParameters own = stage_parameters(model, p, stage);
      together += 8 * (own.common - own.replicated) + own.replicated;
    }
    const std::int64_t padding = (50264 - 50257) * model.hidden;  // words that 8 ranks divide
    const std::int64_t extra =
        model.tied_embeddings ? 50264 * model.hidden + padding : std::int64_t{0};
    EXPECT_EQ(together, parameters(model) + extra) << name;
  }
}

TEST(TrainingVolumes, WithoutNeighboursNothingIsSent) {
  EXPECT_TRUE(stage_traffic(small(), {.global_batch = 4}, 0).empty());
  EXPECT_TRUE(traffic(LayerList{.layers = {{.parameters = 5}}}, {.global_batch = 4}).empty());
}

// Equal calls are one item, whatever number of layers makes them.
TEST(TrainingVolumes, EqualCallsAreOneItem) {
  const auto items = stage_traffic(small(), {.tensor = 8, .global_batch = 4}, 0);
  const auto of_tensor = std::count_if(items.begin(), items.end(), [](const TrafficItem& item) {
    return item.traffic == Traffic::kTensor;
  });
  EXPECT_EQ(of_tensor, 2);
}

}  // namespace
}  // namespace commsim::training_volumes_test
