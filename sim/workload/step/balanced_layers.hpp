// Layers for stages whose GPUs are not equally fast.
#pragma once

#include "sim/workload/step/training_job.hpp"

namespace commsim {

/// Layers for each chunk such that the slowest stage computes a micro-batch as fast as possible, of
/// all replicas; among those the division with the least sum of squares of the stages' times. Every
/// chunk has one layer at least. Embedding and head count, communication does not. Divisions that
/// do not fit into memory are left out, unless none fits. Virtual stages of a stage have as many
/// layers each, or one more, and need layers that are all alike. O(stages * layers^2), by dynamic
/// programming. Throws RequestError where it cannot be done.
std::vector<std::int64_t> balanced_layers(const TrainingJob& job);

}  // namespace commsim
