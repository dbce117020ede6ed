// The parameters that one rank works with.
#pragma once

#include <cstdint>

#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// Before ZeRO divides them. With an expert degree of 1 experts are like all others.
struct RankParameters {
  std::int64_t common = 0;      ///< that all replicas (data * context) share
  std::int64_t experts = 0;     ///< that only replicas with the same experts share
  std::int64_t replicated = 0;  ///< of `common`, whole on each tensor rank

  [[nodiscard]] std::int64_t total() const { return common + experts; }
  RankParameters& operator+=(const RankParameters& other);
  friend bool operator==(const RankParameters&, const RankParameters&) = default;
};

/// A rank's part of these; what does not divide is rounded up.
RankParameters rank_part(const ParameterCount& count, const Parallelism& parallelism);

/// Those of which a rank keeps what ZeRO divides from this stage on: a shard, rounded up, from
/// there, else all.
RankParameters kept_from(ZeroStage stage, const RankParameters& own,
                         const Parallelism& parallelism);

/// The model with a vocabulary that tensor ranks divide, and as many heads of keys and values as
/// tensor ranks at least, since each needs one. Megatron rounds the vocabulary up to a multiple of
/// 128 * tensor: give it so in the model to have the same.
TransformerModel divisible(const TransformerModel& model, const Parallelism& parallelism);

/// Of one layer, counted from 0. The degrees have been validated.
RankParameters rank_layer_parameters(const TransformerModel& model, const Parallelism& parallelism,
                                     std::int64_t layer);
/// Of one stage of the pipeline: its layers, the embedding on the first, the head on the last. A
/// tied matrix is on both, once if they are one.
RankParameters stage_parameters(const TransformerModel& model, const Parallelism& parallelism,
                                std::int64_t stage);

/// A rank's part of the vocabulary matrix, if it is tied and on two stages; else 0.
std::int64_t tied_parameters(const TransformerModel& model, const Parallelism& parallelism);

}  // namespace commsim
