#include "calibrate/probe/kernels/product.hpp"

namespace commsim::probe {
namespace {

constexpr int kThreads = 16;                   // in each direction
constexpr int kOwn = kProductTile / kThreads;  // elements of C of a thread, in each direction
constexpr int kDepth = 16;                     // of A and B that are held at a time

// Each block holds stripes of A and B in shared memory, each thread a small tile of C in registers.
__global__ void product(int side, const float* a, const float* b, float* c) {
  __shared__ float left[kDepth][kProductTile];
  __shared__ float right[kDepth][kProductTile];
  const int row = blockIdx.y * kProductTile;
  const int column = blockIdx.x * kProductTile;
  const int thread = threadIdx.y * kThreads + threadIdx.x;
  float sums[kOwn][kOwn] = {};
  for (int from = 0; from < side; from += kDepth) {
    for (int i = thread; i < kDepth * kProductTile; i += kThreads * kThreads) {
      const std::size_t depth = i % kDepth;
      const std::size_t across = i / kDepth;
      left[depth][across] = a[(row + across) * side + from + depth];
      right[i / kProductTile][i % kProductTile] =
          b[static_cast<std::size_t>(from + i / kProductTile) * side + column + i % kProductTile];
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < kDepth; ++k) {
#pragma unroll
      for (int i = 0; i < kOwn; ++i) {
#pragma unroll
        for (int j = 0; j < kOwn; ++j) {
          sums[i][j] =
              fmaf(left[k][threadIdx.y * kOwn + i], right[k][threadIdx.x * kOwn + j], sums[i][j]);
        }
      }
    }
    __syncthreads();
  }
  for (int i = 0; i < kOwn; ++i) {
    for (int j = 0; j < kOwn; ++j) {
      const std::size_t at = static_cast<std::size_t>(row + threadIdx.y * kOwn + i) * side;
      c[at + column + threadIdx.x * kOwn + j] = sums[i][j];
    }
  }
}

}  // namespace

void launch_product(cudaStream_t stream, int side, const float* a, const float* b, float* c) {
  const unsigned tiles = static_cast<unsigned>(side / kProductTile);
  product<<<dim3(tiles, tiles), dim3(kThreads, kThreads), 0, stream>>>(side, a, b, c);
}

}  // namespace commsim::probe
