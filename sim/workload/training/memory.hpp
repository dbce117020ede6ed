// Memory of one GPU in a training step.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"
#include "sim/workload/training/gpu.hpp"
#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// What it is made of. Left out: buffers of communication libraries, fragmentation, the runtime.
struct MemoryUse {
  Bytes weights;
  Bytes gradients;
  Bytes optimizer;
  Bytes gathered;     ///< ZeRO 3: weights of the unit (layer, or end) in use and of those ahead
  Bytes activations;  ///< kept for backward passes, at their peak
  Bytes recomputed;   ///< full recomputation: one layer's activations while they are used

  [[nodiscard]] Bytes total() const {
    return weights + gradients + optimizer + gathered + activations + recomputed;
  }
};

/// Of a rank on that stage of the pipeline: parameters as ZeRO divides them (Rajbhandari et al.,
/// arXiv:1910.02054), the larger shard; activations of as many micro-batches as the pipeline
/// schedule has in flight, found by walking through it. The degrees have been validated.
/// O(micro-batches * virtual stages + layers).
MemoryUse stage_memory(const TransformerModel& model, const Parallelism& parallelism,
                       std::int64_t stage);
/// Of a rank that trains a list of layers; with ZeRO 3 a layer is a unit.
MemoryUse memory(const LayerList& model, const Parallelism& parallelism);

/// The stage that has least memory left, and what it needs.
struct FullestStage {
  std::int64_t stage = 0;
  MemoryUse use;
  const Gpu* gpu = nullptr;  ///< the one with least memory there; nullptr: none was named
};
/// `gpus` holds for each stage the one with least memory; where it is empty, all have as much.
FullestStage fullest_stage(const TransformerModel& model, const Parallelism& parallelism,
                           const std::vector<const Gpu*>& gpus = {});

class DoesNotFit : public RequestError {
  using RequestError::RequestError;
};

/// Throws DoesNotFit with every part of the memory and what would lower it, if `use` is more than
/// the GPU has.
void require_fits(const MemoryUse& use, std::int64_t stage, const Parallelism& parallelism,
                  const Gpu& gpu);

}  // namespace commsim
