// Which layers each stage of a pipeline holds.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/parallelism.hpp"

namespace commsim {

/// Layers of one chunk of one stage.
struct StageChunk {
  std::int64_t stage = 0;
  std::int64_t chunk = 0;  ///< of that stage
  std::int64_t first_layer = 0;
  std::int64_t layers = 0;
  bool embedding = false;
  bool head = false;
};

/// All chunks in the order of the forward pass; chunk c of stage r is number c * pipeline + r.
/// Throws RequestError when the layers cannot be divided so.
std::vector<StageChunk> stage_chunks(const Parallelism& parallelism, std::int64_t layers);
/// Those of one stage, by chunk.
std::vector<StageChunk> chunks_of_stage(const Parallelism& parallelism, std::int64_t layers,
                                        std::int64_t stage);

}  // namespace commsim
