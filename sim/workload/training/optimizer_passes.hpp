// What the end of a step reads and writes of parameters, gradients and states, kernel by kernel as
// in Megatron-LM (megatron/optimizer/optimizer.py and megatron/model/distributed.py, the same from
// 2020 on; DeepSpeed and apex have the same kernels).
#pragma once

#include <cstdint>

#include "sim/workload/training/roofline.hpp"

namespace commsim {

/// Parameters of one rank at the end of a step.
struct StepParameters {
  std::int64_t summed = 0;   ///< whose gradients it sums with replicas; 0: it has none
  std::int64_t updated = 0;  ///< which it updates: under ZeRO a shard
};

/// Bytes for each parameter whose gradients replicas sum: the buffer is set to zero once a step,
/// and divided by their number.
std::int64_t summing_bytes(const Precision& precision);

/// Bytes for each parameter that is updated. With an fp32 copy (weights are narrower, and there are
/// states): gradients are widened, if they are not in fp32, those of fp16 divided by the loss scale
/// in place; they are read for their norm, and with the states by Adam, which writes these; weights
/// are rounded from the copy. Without one: gradients are read for the norm and again, and weights
/// and states are read and written.
std::int64_t update_bytes(const Precision& precision);

/// All of these, at the bandwidth of memory.
Duration optimizer_time(const Roofline& roofline, const StepParameters& parameters);

}  // namespace commsim
