// What one rank communicates in a step, call by call: the reference for every simulated step. p
// pipeline stages, t tensor, c context, e expert, d data ranks; m micro-batches.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "collectives/collective.hpp"
#include "core/units.hpp"
#include "sim/workload/training/parallel_grid.hpp"
#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// What messages are for.
enum class Traffic : std::uint8_t {
  kData,        ///< gradients, and parameters under ZeRO
  kTensor,      ///< activations and their gradients around matrices
  kVocabulary,  ///< the same at the embedding, the head and the loss
  kPipeline,    ///< activations and their gradients between stages
  kContext,     ///< keys and values, or heads
  kExpert,      ///< tokens to experts and back
  kEmbedding,   ///< the tied matrix's gradient
  kNorms,       ///< gradients of what tensor ranks replicate, under sequence parallelism
};

/// "data", "tensor", ...
std::string_view to_text(Traffic traffic);

/// Equal calls of one rank in a step.
struct TrafficItem {
  Traffic traffic = Traffic::kData;
  std::string_view what;  ///< such as "gradients"
  CollectiveKind collective = CollectiveKind::kAllReduce;
  GroupKind group = GroupKind::kReplicas;
  std::int64_t ranks = 1;  ///< of the group
  Bytes size;              ///< as Collective has it; of send_recv, what is sent
  std::int64_t calls = 0;
  /// Of gathers and scatters of sequence parallelism: the product of the layer that needs what is
  /// gathered, or makes what is scattered. Empty: there is none.
  std::string_view product = {};

  /// What the group sends in these calls, if the algorithm sends no more than it must: n ranks and
  /// S bytes make 2 (n-1) S for all_reduce, (n-1) S for all_gather, reduce_scatter and all_to_all.
  /// Of send_recv it is what this rank sends.
  [[nodiscard]] Bytes sent_together() const;
  /// A rank's share of that, rounded up.
  [[nodiscard]] Bytes sent() const;
};

/// All items of a rank on that stage of the pipeline; none is empty. The degrees have been
/// validated. Volumes per rank and step (N its parameters, w bytes of a number, B = b s / c tokens
/// of a micro-batch, h hidden):
///   data      all_reduce of N gradients; ZeRO 1: reduce_scatter of them and all_gather of weights;
///             ZeRO 2: the former for each micro-batch, since only a shard is kept; ZeRO 3: for
///             each micro-batch two all_gathers (one if not resharded) and one reduce_scatter.
///             Hybrid: these in the shard group, and once all_reduce of the shard across groups.
///             Experts' parameters go among the ranks with the same experts.
///   tensor    for each layer and micro-batch all_reduce of B h w twice forward and twice backward
///             (arXiv:1909.08053); with sequence parallelism each is reduce_scatter and all_gather,
///             and inputs are gathered once more for the gradient of weights (arXiv:2205.05198).
///             Routed experts gather and scatter copies, k B h w, instead.
///   pipeline  B h w (/t with sequence parallelism, or scatter_gather and then an all_gather) for
///             each boundary of chunks, micro-batch and direction
///   expert    all_to_all of B/t k h w, two forward and two backward, for each layer with experts
///   context   ring: c-1 blocks of keys and values forward, twice that backward; all_gather: of
///             them forward, and backward again with a reduce_scatter; all_to_all: of queries,
///             keys, values and outputs, each way
///   embedding all_reduce of the matrix's gradient between first and last stage
/// Full recomputation does the forward ones of tensor, context and expert again; selective those of
/// context.
std::vector<TrafficItem> stage_traffic(const TransformerModel& model,
                                       const Parallelism& parallelism, std::int64_t stage);
/// Of a rank that trains a list of layers.
std::vector<TrafficItem> traffic(const LayerList& model, const Parallelism& parallelism);

/// Sum of sent() over the items of that traffic.
Bytes sent(const std::vector<TrafficItem>& items, Traffic traffic);

}  // namespace commsim
