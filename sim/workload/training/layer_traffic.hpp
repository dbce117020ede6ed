// What the ranks of one layer send each other: tensor, context and expert parallelism.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// What one rank calls in one pass of one micro-batch through a layer, counted from 0; what is
/// computed again calls again, in the backward pass. The degrees have been validated.
std::vector<TrafficItem> layer_calls(const TransformerModel& model, const Parallelism& parallelism,
                                     std::int64_t layer, Pass pass);

/// Items of one layer, counted from 0, for all micro-batches of a step, as volumes.hpp has them.
std::vector<TrafficItem> layer_traffic(const TransformerModel& model,
                                       const Parallelism& parallelism, std::int64_t layer);

}  // namespace commsim
