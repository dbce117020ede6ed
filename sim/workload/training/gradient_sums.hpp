// What adding gradients to those of earlier micro-batches reads and writes.
#pragma once

#include "sim/workload/training/parallelism.hpp"
#include "sim/workload/training/work.hpp"

namespace commsim {

/// Of one backward pass over so many parameters of a rank, where products do not add them up
/// themselves: the new ones, as wide as weights, are read, and the sum read and written. It is so
/// for all micro-batches but the first, spread over all. None with fused_gradients.
Work gradient_sums(const Parallelism& parallelism, std::int64_t parameters);

}  // namespace commsim
