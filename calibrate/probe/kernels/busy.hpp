// Kernels that move no data: one that does nothing, one that computes.
#pragma once

#include <cuda_runtime_api.h>

namespace commsim::probe {

void launch_nothing(cudaStream_t stream);

/// 256 threads a block, each with `steps` dependent multiply-adds; a block takes so much shared
/// memory that it fits beside no block of launch_holding_copy.
void launch_computation(cudaStream_t stream, int blocks, int steps, float* sink);

/// Floating-point operations of such a launch.
double computation_flops(int blocks, int steps);

}  // namespace commsim::probe
