// What one rank computes in front of the layers and behind them, in one pass of one micro-batch.
#pragma once

#include "sim/workload/training/parallelism.hpp"
#include "sim/workload/training/work.hpp"

namespace commsim {

/// The look-up in front of the layers.
Work embedding_forward(const TransformerModel& model, const Parallelism& parallelism);
Work embedding_backward(const TransformerModel& model, const Parallelism& parallelism);
/// Last norm, vocabulary matrix and loss, which has the kernels of Megatron-LM
/// (megatron/mpu/cross_entropy.py) on logits in four bytes; BERT's heads.
Work head_forward(const TransformerModel& model, const Parallelism& parallelism);
Work head_backward(const TransformerModel& model, const Parallelism& parallelism);

}  // namespace commsim
