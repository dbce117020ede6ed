#include "calibrate/probe/kernels/pattern.hpp"

namespace commsim::probe {
namespace {

constexpr int kThreads = 256;
constexpr int kBlocks = 512;

__global__ void fill(float* data, std::uint64_t count, std::uint64_t seed, int rank) {
  const std::uint64_t stride = static_cast<std::uint64_t>(gridDim.x) * blockDim.x;
  std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i < count; i += stride) data[i] = pattern_value(seed, rank, i);
}

__global__ void compare(const float* data, std::uint64_t count, std::uint64_t seed,
                        Expectation expectation, unsigned long long* wrong) {
  const std::uint64_t stride = static_cast<std::uint64_t>(gridDim.x) * blockDim.x;
  std::uint64_t i = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  for (; i < count; i += stride) {
    // Not `!=`, so that NaN is wrong as well.
    if (!(data[i] == expected_value(expectation, seed, i))) atomicAdd(wrong, 1ULL);
  }
}

}  // namespace

void launch_fill(cudaStream_t stream, float* data, std::uint64_t count, std::uint64_t seed,
                 int rank) {
  fill<<<kBlocks, kThreads, 0, stream>>>(data, count, seed, rank);
}

void launch_check(cudaStream_t stream, const float* data, std::uint64_t count, std::uint64_t seed,
                  const Expectation& expectation, unsigned long long* wrong) {
  compare<<<kBlocks, kThreads, 0, stream>>>(data, count, seed, expectation, wrong);
}

}  // namespace commsim::probe
