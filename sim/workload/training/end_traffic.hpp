// What ranks send in front of the layers, behind them, and from chunk to chunk of a pipeline.
#pragma once

#include <vector>

#include "sim/workload/training/stage_chunks.hpp"
#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// Calls of one rank in one pass of one micro-batch, as volumes.hpp has them. The degrees have been
/// validated. Of the embedding: rows that tensor ranks looked up are summed.
std::vector<TrafficItem> embedding_calls(const TransformerModel& model,
                                         const Parallelism& parallelism, Pass pass);
/// Of the head: the greatest logit, the sum of exponentials and the right word's logit are reduced
/// over parts of the vocabulary; backward the gradient of its input.
std::vector<TrafficItem> head_calls(const TransformerModel& model, const Parallelism& parallelism,
                                    Pass pass);
/// What a chunk sends on at the end of a pass; nothing if nobody is behind it.
std::vector<TrafficItem> boundary_calls(const TransformerModel& model,
                                        const Parallelism& parallelism, const StageChunk& chunk,
                                        Pass pass);
/// What is gathered of what came, with scatter_gather.
std::vector<TrafficItem> arrival_calls(const TransformerModel& model,
                                       const Parallelism& parallelism, const StageChunk& chunk,
                                       Pass pass);

}  // namespace commsim
