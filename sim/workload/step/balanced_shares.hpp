// Micro-batches for replicas whose GPUs are not equally fast.
#pragma once

#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// As many micro-batches for each replica as the schedule allows, or one round more for the first
/// ones. Throws RequestError for a global batch that cannot be divided so.
std::vector<std::int64_t> even_shares(const Parallelism& parallelism);

/// Micro-batches for each replica, in all as many as before, such that the slowest replica computes
/// as fast as possible, where n take
///   (n - 1) * slowest stage + (sum of its stages) / virtual stages
/// and the head start of the other stages counts once. Interleaved schedules go in rounds of one
/// for each stage. What is left over goes to the first ones that are as fast. O(replicas * 64).
std::vector<std::int64_t> balanced_shares(const TrainingJob& job);

}  // namespace commsim
