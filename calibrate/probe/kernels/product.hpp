// A product of matrices for where there is no cuBLAS.
#pragma once

#include <cuda_runtime_api.h>

namespace commsim::probe {

/// Of C, by one thread block.
inline constexpr int kProductTile = 64;

/// C = A B, square and row by row. REQUIRES: a side that is a multiple of kProductTile.
void launch_product(cudaStream_t stream, int side, const float* a, const float* b, float* c);

}  // namespace commsim::probe
