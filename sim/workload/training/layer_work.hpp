// What one rank computes in one pass of one micro-batch through a layer.
#pragma once

#include <cstdint>

#include "sim/workload/training/parallelism.hpp"
#include "sim/workload/training/work.hpp"

namespace commsim {

/// One layer, counted from 0, on one rank. Tensor parallelism divides heads and inner widths,
/// context parallelism tokens, expert parallelism experts; tokens are spread evenly over experts,
/// and an expert's share of them is rounded up. What is read from memory once is counted once:
/// a bias or a mask in a fused kernel costs nothing. Attention that is not fused has the kernels of
/// Megatron-LM's (megatron/model/transformer.py with the fused softmax of arXiv:2104.04473, section
/// 4.2): biases of queries, keys and values are added and their gradients joined and summed,
/// softmax reads of causal scores those below the diagonal, dropout writes a byte for each score,
/// and the output is transposed. The degrees have been validated.
Work layer_forward(const TransformerModel& model, const Parallelism& parallelism,
                   std::int64_t layer);
/// Twice each product, with respect to both factors, and a fused attention's scores once more; what
/// is computed again is included.
Work layer_backward(const TransformerModel& model, const Parallelism& parallelism,
                    std::int64_t layer);

/// The backward pass of whatever has that forward pass: the gradients of both factors of each
/// product, and of the streams what they state.
Work reversed(const Work& forward);

}  // namespace commsim
