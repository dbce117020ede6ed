#include "calibrate/probe/kernels/busy.hpp"

namespace commsim::probe {
namespace {

constexpr int kThreads = 256;
constexpr int kChains = 8;  // independent chains hide the latency of one
constexpr int kSharedFloats = 8192;

__global__ void do_nothing() {}

__global__ void compute(int steps, float* sink) {
  __shared__ float held[kSharedFloats];
  float sums[kChains];
  const float start = static_cast<float>(threadIdx.x);
#pragma unroll
  for (int i = 0; i < kChains; ++i) sums[i] = start + static_cast<float>(i);
  for (int step = 0; step < steps; ++step) {
#pragma unroll
    for (int i = 0; i < kChains; ++i) sums[i] = fmaf(sums[i], 0.999F, 0.5F);
  }
  float total = 0;
#pragma unroll
  for (int i = 0; i < kChains; ++i) total += sums[i];
  // Never so, but the compiler cannot know: neither the sums nor the shared memory may go.
  if (total < 0) {
    held[threadIdx.x] = total;
    __syncthreads();
    sink[0] = held[kThreads - 1 - threadIdx.x];
  }
}

}  // namespace

void launch_nothing(cudaStream_t stream) { do_nothing<<<1, 1, 0, stream>>>(); }

void launch_computation(cudaStream_t stream, int blocks, int steps, float* sink) {
  compute<<<blocks, kThreads, 0, stream>>>(steps, sink);
}

double computation_flops(int blocks, int steps) {
  return 2.0 * kChains * kThreads * static_cast<double>(blocks) * steps;
}

}  // namespace commsim::probe
