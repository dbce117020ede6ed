#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "core/error.hpp"
#include "sim/workload/training/parallelism.hpp"
#include "sim/workload/training/stage_chunks.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim::training_parallelism_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

template <typename Shape = TransformerModel>
Shape preset(const char* name) {
  return std::get<Shape>(Registry<TrainingModel>::get(name, "model").shape);
}

void expect_refused(const char* model, const std::function<void(Parallelism&)>& change,
                    const std::string& why) {
  Parallelism parallelism;
  parallelism.global_batch = 64;
  change(parallelism);
  EXPECT_THAT([&] { validate(parallelism, preset(model)); },
              ThrowsMessage<RequestError>(HasSubstr(why)));
}

TEST(TrainingParallelism, RefusesDegreesThatAreNone) {
  expect_refused(
      "gpt2_xl", [](auto& p) { p.data = 0; }, "data must be from 1 to 4000000, not 0");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.tensor = -1; }, "tensor must be from 1");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.data = p.tensor = p.context = 4'000'000; },
      "data * tensor * pipeline * context must be at most");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.pipeline = p.virtual_stages = 100'000; },
      "pipeline * virtual_stages must be at most");
}

TEST(TrainingParallelism, RefusesDegreesThatDoNotDivide) {
  expect_refused(
      "gpt2_xl", [](auto& p) { p.tensor = 8; }, "tensor 8 must divide the heads, 25");
  expect_refused(
      "llama3_8b", [](auto& p) { p.tensor = 3; }, "tensor 3 must divide the heads, 32");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.context = 3; }, "context 3 must divide the sequence of");
  expect_refused(
      "gpt3_175b", [](auto& p) { p.pipeline = 7; },
      "96 layers cannot be divided equally among 7 stages of 1 chunks");
  expect_refused(
      "mixtral_8x7b", [](auto& p) { p.expert = 3, p.data = 3, p.global_batch = 66; },
      "expert 3 must divide the experts, 8");
  expect_refused(
      "mixtral_8x7b", [](auto& p) { p.expert = 8, p.data = 4; },
      "expert 8 must divide data * context = 4");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.expert = 2, p.data = 2; },
      "expert must be 1 for a model without experts");
  expect_refused(
      "mixtral_8x7b", [](auto& p) { p.tensor = 2; },
      "experts with tensor parallelism need sequence_parallel");
}

TEST(TrainingParallelism, RefusesBatchesThatDoNotDivide) {
  expect_refused(
      "gpt2_xl", [](auto& p) { p.micro_batch = 0; }, "must be from 1");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.data = 5; },
      "the global batch of 64 must be a multiple of micro_batch * data = 1 * 5");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.micro_batch = 128; }, "micro_batch * data = 128 * 1");
}

TEST(TrainingParallelism, RefusesStepsWhoseBytesCannotBeCounted) {
  expect_refused(
      "llama3_405b", [](auto& p) { p.global_batch = 1'000'000'000; },
      "bytes of activations on a data rank; at most 1e+18 are simulated");
  Parallelism p{.micro_batch = 1'000'000, .global_batch = 1'000'000};
  const LayerList model{.layers = {{.name = "a", .activations = 1'000'000'000'000}}};
  EXPECT_THAT([&] { validate(p, model); },
              ThrowsMessage<RequestError>(HasSubstr("keeps more than 1e+17 numbers")));
}

TEST(TrainingParallelism, RefusesChoicesThatHaveNoEffect) {
  expect_refused(
      "gpt2_xl", [](auto& p) { p.shard_group = 2; }, "choose stage 1, 2 or 3");
  expect_refused(
      "gpt2_xl",
      [](auto& p) {
        p.zero = ZeroStage::kParameters;
        p.data = 8;
        p.shard_group = 3;
      },
      "shard_group 3 must divide data * context = 8");
  expect_refused(
      "gpt3_175b",
      [](auto& p) {
        p.tensor = 2;
        p.sequence_parallel = p.scatter_gather = true;
      },
      "scatter_gather has no use");
  expect_refused(
      "gpt3_175b", [](auto& p) { p.schedule = "2f2b"; }, "unknown pipeline schedule");
  expect_refused(
      "gpt3_175b",
      [](auto& p) {
        p.pipeline = 4;
        p.virtual_stages = 2;
      },
      "'interleaved' has more");
  expect_refused(
      "bert_large", [](auto& p) { p.context = 2; },
      "context must be 1 for a model that predicts a part of the tokens");
  expect_refused(
      "llama3_8b",
      [](auto& p) {
        p.tensor = 4;
        p.context = 4;
        p.context_method = ContextMethod::kAllToAll;
      },
      "tensor * context = 16 must divide the heads of keys and values, 8");
  expect_refused(
      "gpt2_xl", [](auto& p) { p.precision.weight = 0; }, "weights have from 1 to 8");
}

TEST(TrainingParallelism, ALayerListHasDataParallelismOnly) {
  const auto model = preset<LayerList>("resnet50");
  const auto refused = [&](const std::function<void(Parallelism&)>& change, const char* why) {
    Parallelism parallelism;
    parallelism.global_batch = 64;
    change(parallelism);
    EXPECT_THAT([&] { validate(parallelism, model); }, ThrowsMessage<RequestError>(HasSubstr(why)));
  };
  refused([](auto& p) { p.tensor = 2; }, "data parallelism and ZeRO only");
  refused([](auto& p) { p.recompute = Recompute::kFull; }, "keeps its activations");
  refused([](auto& p) { p.data = 3; }, "must be a multiple of");
  EXPECT_NO_THROW(validate(
      Parallelism{.data = 8, .micro_batch = 4, .global_batch = 64, .zero = ZeroStage::kOptimizer},
      model));
}

TEST(TrainingParallelism, CountsRanksReplicasAndMicroBatches) {
  const Parallelism p{.data = 6,
                      .tensor = 4,
                      .pipeline = 8,
                      .context = 2,
                      .expert = 3,
                      .micro_batch = 2,
                      .global_batch = 240};
  EXPECT_EQ(p.ranks(), 384);
  EXPECT_EQ(p.replicas(), 12);
  EXPECT_EQ(p.expert_replicas(), 4);
  EXPECT_EQ(p.micro_batches(), 20);
}

TEST(TrainingStageChunks, RefusesSplitsThatAreNone) {
  const auto refused = [](const Parallelism& p, const char* why) {
    EXPECT_THAT([&] { stage_chunks(p, 10); }, ThrowsMessage<RequestError>(HasSubstr(why)));
  };
  refused({.pipeline = 2, .chunk_layers = {4, 7}}, "add up to 10 layers");
  refused({.pipeline = 2, .chunk_layers = {-1, 11}}, "numbers from 0");
  refused({.pipeline = 2, .chunk_layers = {10}}, "1 numbers for 2 stages of 1 chunks");
  refused({.pipeline = 2, .ends_as_layers = true, .chunk_layers = {5, 5}}, "has no effect beside");
  refused({.pipeline = 5, .ends_as_layers = true}, "10 layers with embedding and head cannot");
}

// Llama 3 405B as MLPerf trains it: 126 layers, embedding and head make 64 chunks of two.
TEST(TrainingStageChunks, EmbeddingAndHeadCountAsLayers) {
  const Parallelism p{.pipeline = 8, .virtual_stages = 8, .ends_as_layers = true};
  const auto chunks = stage_chunks(p, 126);
  ASSERT_EQ(chunks.size(), 64U);
  EXPECT_EQ(chunks.front().layers, 1);
  EXPECT_TRUE(chunks.front().embedding);
  EXPECT_EQ(chunks[1].layers, 2);
  EXPECT_EQ(chunks[1].first_layer, 1);
  EXPECT_EQ(chunks[9].stage, 1);
  EXPECT_EQ(chunks[9].chunk, 1);
  EXPECT_EQ(chunks.back().layers, 1);
  EXPECT_TRUE(chunks.back().head);
  EXPECT_EQ(chunks_of_stage(p, 126, 7).size(), 8U);
  EXPECT_EQ(chunks_of_stage(p, 126, 7).back().first_layer, 125);
}

TEST(TrainingStageChunks, GivenNumbersAreTaken) {
  const auto chunks = stage_chunks({.pipeline = 3, .chunk_layers = {3, 4, 3}}, 10);
  EXPECT_EQ(chunks[1].layers, 4);
  EXPECT_EQ(chunks[2].first_layer, 7);
}

}  // namespace
}  // namespace commsim::training_parallelism_test
