// Bytes that one rank keeps of a micro-batch from the forward to the backward pass, after
// Korthikanti et al., Reducing Activation Recomputation in Large Transformer Models
// (arXiv:2205.05198), sections 4 and 5. For a GPT with t tensor ranks and numbers of two bytes:
//   nothing computed again             s b h (10 + 24/t + 5 a s / h t)
//   and sequence parallelism           s b h / t (34 + 5 a s / h)
//   and selective recomputation        34 s b h / t
//   full recomputation                 2 s b h, / t with sequence parallelism
// Beyond the paper: gated networks, grouped and latent attention, experts, no dropout, and fused
// attention, which keeps of the scores one number of four bytes for each head and token.
#pragma once

#include <cstdint>

#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// Of one layer, counted from 0. Tokens are spread evenly over experts. The degrees have been
/// validated.
std::int64_t layer_activations(const TransformerModel& model, const Parallelism& parallelism,
                               std::int64_t layer);
/// The mask of the dropout in front of the layers.
std::int64_t embedding_activations(const TransformerModel& model, const Parallelism& parallelism);
/// Inputs of the last norm and of the vocabulary matrix, and logits in four bytes.
std::int64_t head_activations(const TransformerModel& model, const Parallelism& parallelism);

}  // namespace commsim
