#include <gmock/gmock.h>

#include "core/error.hpp"
#include "sim/workload/training/activations.hpp"
#include "sim/workload/training/memory.hpp"
#include "sim/workload/training/rank_parameters.hpp"
#include "sim/workload/training/training_model.hpp"

namespace commsim::training_memory_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

TransformerModel preset(const char* name) {
  return std::get<TransformerModel>(Registry<TrainingModel>::get(name, "model").shape);
}

const Gpu& gpu(const char* name) { return Registry<Gpu>::get(name, "GPU"); }

TEST(TrainingMemory, RefusesWhatDoesNotFitAndSaysWhatWouldHelp) {
  const Parallelism p{.data = 8, .global_batch = 8};
  const FullestStage fullest = fullest_stage(preset("llama3_8b"), p);
  EXPECT_THAT([&] { require_fits(fullest.use, fullest.stage, p, gpu("h100")); },
              ThrowsMessage<RequestError>(
                  AllOf(HasSubstr("a GPU of stage 0 needs"), HasSubstr("a h100 has 80.0 GiB"),
                        HasSubstr("optimizer 89.7 GiB"), HasSubstr("recompute: full"),
                        HasSubstr("a higher zero stage"), Not(HasSubstr("sequence_parallel")),
                        Not(HasSubstr("a smaller micro_batch")))));
}

TEST(TrainingMemory, AcceptsWhatFits) {
  const Parallelism p{
      .data = 8, .global_batch = 8, .zero = ZeroStage::kParameters, .recompute = Recompute::kFull};
  const FullestStage fullest = fullest_stage(preset("llama3_8b"), p);
  EXPECT_NO_THROW(require_fits(fullest.use, fullest.stage, p, gpu("h100")));
}

// What was trained fits: 175B on 64 GPUs and 530B on 280, A100 of 80 GB (arXiv:2205.05198, table
// 5), as it was trained; without recomputation of any kind it does not.
TEST(TrainingMemory, WhatWasTrainedFits) {
  struct Case {
    TransformerModel model;
    std::int64_t pipeline = 1;
    std::int64_t batch = 1;
  };
  for (const Case& c : {Case{gpt_model(96, 12288, 96, 2048, 51200), 8, 64},
                        Case{gpt_model(105, 20480, 128, 2048, 51200), 35, 280}}) {
    Parallelism p{.tensor = 8,
                  .pipeline = c.pipeline,
                  .virtual_stages = 3,
                  .schedule = "interleaved",
                  .global_batch = c.batch,
                  .sequence_parallel = true,
                  .recompute = Recompute::kSelective,
                  .fused_attention = false};
    validate(p, c.model);
    const FullestStage fits = fullest_stage(c.model, p);
    EXPECT_NO_THROW(require_fits(fits.use, fits.stage, p, gpu("a100_80gb")));
    p.sequence_parallel = false;
    p.recompute = Recompute::kNone;
    const FullestStage too_much = fullest_stage(c.model, p);
    EXPECT_THROW(require_fits(too_much.use, too_much.stage, p, gpu("a100_80gb")), RequestError);
  }
}

TEST(TrainingMemory, FullRecomputationNeedsOneLayerWhole) {
  const TransformerModel model = preset("gpt2_xl");
  Parallelism p{.global_batch = 1, .recompute = Recompute::kFull};
  const MemoryUse use = stage_memory(model, p, 0);
  EXPECT_EQ(use.activations.count(),
            48LL * 2 * 1024 * 1600 + embedding_activations(model, p) + head_activations(model, p));
  p.recompute = Recompute::kNone;
  EXPECT_EQ(use.recomputed.count(), layer_activations(model, p, 0));
  EXPECT_EQ(stage_memory(model, p, 0).recomputed, Bytes{});
}

TEST(TrainingMemory, ShardedParametersAreGatheredWithThoseAhead) {
  const TransformerModel model = preset("llama3_70b");
  Parallelism p{.data = 64, .global_batch = 64, .zero = ZeroStage::kParameters};
  const std::int64_t embedding = 128256LL * 8192;  // more than a layer
  EXPECT_EQ(stage_memory(model, p, 0).gathered.count(), 4 * (embedding + 8192));
  p.prefetch = 0;
  EXPECT_EQ(stage_memory(model, p, 0).gathered.count(), 2 * (embedding + 8192));
  p.prefetch = 3;
  EXPECT_EQ(stage_memory(model, p, 0).gathered.count(), 8 * (embedding + 8192));
  p.prefetch = 1000;
  EXPECT_EQ(stage_memory(model, p, 0).gathered.count(), 2 * parameters(model));
  EXPECT_EQ(stage_memory(model, p, 0).weights.count(), 2 * ((parameters(model) + 63) / 64));
  p.reshard_after_forward = false;
  EXPECT_EQ(stage_memory(model, p, 0).gathered.count(), 2 * parameters(model));
  p.shard_group = 8;
  EXPECT_EQ(stage_memory(model, p, 0).weights.count(), 2 * ((parameters(model) + 7) / 8));
}

TEST(TrainingMemory, ExpertsAreDividedBesideTheOthers) {
  const TransformerModel model = preset("mixtral_8x7b");
  const Parallelism p{.data = 8, .expert = 8, .global_batch = 8};
  const std::int64_t experts = 32LL * 8 * 3 * 4096 * 14336;
  const std::int64_t own = parameters(model) - experts + experts / 8;
  EXPECT_EQ(stage_memory(model, p, 0).weights.count(), 2 * own);
  EXPECT_EQ(stage_parameters(model, p, 0).experts, experts / 8);
}

// A tensor rank has one head of keys and values at least.
TEST(TrainingMemory, HeadsOfKeysAreReplicatedWhereTheyAreFew) {
  const TransformerModel model = preset("llama3_8b");
  const auto of = [&](std::int64_t tensor) {
    const Parallelism p{.tensor = tensor, .global_batch = 1};
    validate(p, model);
    const RankParameters own = rank_layer_parameters(model, p, 0);
    return own.common - own.replicated;
  };
  EXPECT_EQ(of(8), (2 * 4096LL * 4096 + 2 * 4096LL * 1024 + 3 * 4096LL * 14336) / 8);
  EXPECT_EQ(of(16), (2 * 4096LL * 4096 + 3 * 4096LL * 14336) / 16 + 2 * 4096LL * 128);
}

TEST(TrainingMemory, GPipeKeepsEveryMicroBatch) {
  const TransformerModel model = preset("gpt2_xl");
  Parallelism p{.pipeline = 4, .schedule = "gpipe", .global_batch = 16};
  const std::int64_t all = stage_memory(model, p, 1).activations.count();
  p.schedule = "1f1b";
  EXPECT_EQ(all, stage_memory(model, p, 1).activations.count() / 3 * 16);
}

}  // namespace
}  // namespace commsim::training_memory_test
