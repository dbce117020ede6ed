#include "sim/workload/training/rank_parameters.hpp"

#include <algorithm>

#include "sim/workload/training/stage_chunks.hpp"

namespace commsim {
namespace rank_parameters {
namespace {

std::int64_t divided_up(std::int64_t count, std::int64_t parts) {
  return (count + parts - 1) / parts;
}

}  // namespace
}  // namespace rank_parameters

RankParameters& RankParameters::operator+=(const RankParameters& other) {
  common += other.common;
  experts += other.experts;
  replicated += other.replicated;
  return *this;
}

RankParameters rank_part(const ParameterCount& count, const Parallelism& parallelism) {
  using rank_parameters::divided_up;
  RankParameters part{.common = count.replicated + divided_up(count.divided, parallelism.tensor),
                      .experts = divided_up(count.routed, parallelism.tensor * parallelism.expert),
                      .replicated = count.replicated};
  if (parallelism.expert == 1) {
    part.common += part.experts;
    part.experts = 0;
  }
  return part;
}

TransformerModel divisible(const TransformerModel& model, const Parallelism& parallelism) {
  TransformerModel wider = model;
  const std::int64_t t = parallelism.tensor;
  wider.vocabulary = rank_parameters::divided_up(model.vocabulary, t) * t;
  wider.key_value_heads = std::max(model.key_value_heads, t);
  return wider;
}

RankParameters rank_layer_parameters(const TransformerModel& model, const Parallelism& parallelism,
                                     std::int64_t layer) {
  return rank_part(layer_parameters(divisible(model, parallelism), layer), parallelism);
}

RankParameters stage_parameters(const TransformerModel& model, const Parallelism& parallelism,
                                std::int64_t stage) {
  const TransformerModel wider = divisible(model, parallelism);
  RankParameters sum;
  for (const StageChunk& chunk : chunks_of_stage(parallelism, model.layers, stage)) {
    for (std::int64_t i = 0; i < chunk.layers; ++i) {
      sum += rank_part(layer_parameters(wider, chunk.first_layer + i), parallelism);
    }
    if (chunk.embedding) sum += rank_part(embedding_parameters(wider), parallelism);
    if (chunk.head) {
      sum += rank_part(head_parameters(wider), parallelism);
      sum.common += tied_parameters(model, parallelism);
    }
  }
  return sum;
}

std::int64_t tied_parameters(const TransformerModel& model, const Parallelism& parallelism) {
  if (!model.tied_embeddings || parallelism.pipeline == 1) return 0;
  return rank_parameters::divided_up(model.vocabulary, parallelism.tensor) * model.hidden;
}

RankParameters kept_from(ZeroStage stage, const RankParameters& own,
                         const Parallelism& parallelism) {
  if (parallelism.zero < stage || parallelism.zero == ZeroStage::kNone) return own;
  const auto shard = [](std::int64_t all, std::int64_t parts) { return (all + parts - 1) / parts; };
  return {.common = shard(own.common, parallelism.shards()),
          .experts = shard(own.experts, parallelism.expert_shards())};
}

}  // namespace commsim
