// How the work of a step is divided among ranks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/training/layer_list.hpp"
#include "sim/workload/training/pipeline_schedule.hpp"
#include "sim/workload/training/precision.hpp"
#include "sim/workload/training/transformer.hpp"

namespace commsim {

/// What replicas divide among themselves in place of keeping it whole (arXiv:1910.02054). Each
/// stage includes those before it; FSDP is kParameters.
enum class ZeroStage : std::uint8_t { kNone, kOptimizer, kGradients, kParameters };

/// What the backward pass computes again (Korthikanti et al., arXiv:2205.05198).
enum class Recompute : std::uint8_t {
  kNone,
  kSelective,  ///< scores, softmax and weighted values of attention
  kFull,       ///< each layer, from its input
};

/// How ranks that hold parts of a sequence see each other's keys and values.
enum class ContextMethod : std::uint8_t {
  kRing,       ///< blocks go round (Liu et al., arXiv:2310.01889)
  kAllGather,  ///< all of them at once (Llama 3, arXiv:2407.21783, section 3.3.2)
  kAllToAll,   ///< heads for tokens and back (DeepSpeed Ulysses, arXiv:2309.14509)
};

/// Degrees and choices of one training step. Ranks are data * tensor * pipeline * context; experts
/// are divided among data * context ranks, with the tensor degree of the other layers.
struct Parallelism {
  std::int64_t data = 1;
  std::int64_t tensor = 1;
  std::int64_t pipeline = 1;
  std::int64_t context = 1;
  std::int64_t expert = 1;
  std::int64_t virtual_stages = 1;  ///< chunks of layers of each stage
  std::string schedule = "1f1b";    ///< of a pipeline: Registry<PipelineSchedule>
  std::int64_t micro_batch = 1;     ///< sequences, or samples, of one pass
  std::int64_t global_batch = 1;    ///< those of a step, over all ranks
  bool sequence_parallel = false;   ///< tensor ranks divide the tokens outside of matrices
  /// Without sequence parallelism: tensor ranks send a part each to the next stage, which gathers
  /// them (arXiv:2104.04473, section 4.1).
  bool scatter_gather = false;
  ContextMethod context_method = ContextMethod::kRing;
  ZeroStage zero = ZeroStage::kNone;
  std::int64_t shard_group = 0;       ///< hybrid: replicas that ZeRO divides among; 0: all
  bool reshard_after_forward = true;  ///< with kParameters: gathered again for the backward pass
  Recompute recompute = Recompute::kNone;
  bool fused_attention = true;  ///< scores stay on the chip (FlashAttention, arXiv:2205.14135) and
                                ///< what a causal mask hides is skipped
  bool fused_gradients =
      true;  ///< products of the backward pass add gradients to those of earlier
             ///< micro-batches (Megatron-LM since 2022); else a kernel of its own
  bool ends_as_layers = false;  ///< embedding and head count as layers when stages are cut
  std::vector<std::int64_t> chunk_layers;  ///< of each chunk, in the order of the forward pass;
                                           ///< empty: all the same
  std::vector<std::int64_t> shares;        ///< micro-batches of each replica; empty: all the same
  std::int64_t prefetch = 1;  ///< with kParameters: so many units are gathered ahead of the one
                              ///< that computes
  Precision precision;

  [[nodiscard]] std::int64_t ranks() const { return data * tensor * pipeline * context; }
  /// Ranks that hold the same weights, if ZeRO lets them.
  [[nodiscard]] std::int64_t replicas() const { return data * context; }
  [[nodiscard]] std::int64_t expert_replicas() const { return data * context / expert; }
  /// Replicas among which ZeRO divides.
  [[nodiscard]] std::int64_t shards() const { return shard_group > 0 ? shard_group : replicas(); }
  [[nodiscard]] std::int64_t expert_shards() const {
    return shard_group > 0 ? shard_group : expert_replicas();
  }
  /// Micro-batches that a rank sees in a step; of unequal shares the most.
  [[nodiscard]] std::int64_t micro_batches() const {
    return shares.empty() ? global_batch / (micro_batch * data) : std::ranges::max(shares);
  }
  /// Those of one replica.
  [[nodiscard]] std::int64_t micro_batches_of(std::int64_t replica) const {
    return shares.empty() ? micro_batches() : shares[static_cast<std::size_t>(replica)];
  }
  [[nodiscard]] std::int64_t chunks() const { return pipeline * virtual_stages; }
  [[nodiscard]] PipelineShape pipeline_shape() const {
    return {.stages = pipeline, .micro_batches = micro_batches(), .chunks = virtual_stages};
  }
};

/// Throws RequestError, naming what is legal, unless the degrees divide what they must: tensor the
/// heads, the feed-forward width and, with sequence parallelism, the tokens; context the sequence;
/// expert the experts and the replicas; micro_batch * data the global batch, unless shares add up
/// to it; chunks the layers.
void validate(const Parallelism& parallelism, const TransformerModel& model);
/// Of a list of layers: data parallelism and ZeRO only.
void validate(const Parallelism& parallelism, const LayerList& model);

}  // namespace commsim
