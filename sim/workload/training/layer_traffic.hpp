// What the ranks of one layer send each other: tensor, context and expert parallelism.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/workload/training/volumes.hpp"

namespace commsim {

/// Items of one layer, counted from 0, for all micro-batches of a step, as volumes.hpp has them.
std::vector<TrafficItem> layer_traffic(const TransformerModel& model,
                                       const Parallelism& parallelism, std::int64_t layer);

}  // namespace commsim
