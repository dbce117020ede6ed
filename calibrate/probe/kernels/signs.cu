#include <cub/block/block_reduce.cuh>

#include "calibrate/probe/kernels/codec_element.hpp"
#include "calibrate/probe/kernels/signs.hpp"

namespace commsim::probe {
namespace {

constexpr int kWarp = 32;
constexpr int kBlocks = kSignsWorkspace / sizeof(double);  // each has a sum in the workspace

// A warp takes 1024 elements at a time, and each of its threads keeps one word of 32 signs.
__global__ void encode(const float* values, std::size_t tiles, std::uint32_t* words, double* sums) {
  const std::size_t lane = threadIdx.x % kWarp;
  const std::size_t warps = static_cast<std::size_t>(gridDim.x) * (kCodecThreads / kWarp);
  double sum = 0;
  for (std::size_t tile = own_index() / kWarp; tile < tiles; tile += warps) {
    const float* from = values + tile * kWarp * kWarp;
    float held[kWarp];
#pragma unroll
    for (int row = 0; row < kWarp; ++row) held[row] = from[row * kWarp + lane];
    std::uint32_t own = 0;
#pragma unroll
    for (int row = 0; row < kWarp; ++row) {
      const std::uint32_t signs = __ballot_sync(~0U, held[row] < 0);
      if (lane == row) own = signs;
      sum += fabs(static_cast<double>(held[row]));
    }
    words[tile * kWarp + lane] = own;
  }
  using Reduce = cub::BlockReduce<double, kCodecThreads>;
  __shared__ typename Reduce::TempStorage storage;
  sum = Reduce(storage).Sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

// One block, with a thread for each sum.
__global__ void finish(const double* sums, std::size_t count, std::uint32_t* message) {
  using Reduce = cub::BlockReduce<double, kBlocks>;
  __shared__ typename Reduce::TempStorage storage;
  const double sum = Reduce(storage).Sum(sums[threadIdx.x]);
  if (threadIdx.x != 0) return;
  const float mean = static_cast<float>(sum / static_cast<double>(count));
  message[0] = magnitude_bits(mean) < kInfinityBits ? __float_as_uint(mean) : kNanBits;
}

__global__ void decode(const std::uint32_t* message, std::size_t owners, float* values) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  const std::uint32_t mean = message[0];
  const std::uint32_t signs = reinterpret_cast<const unsigned char*>(message + 1)[own];
  float held[kOwnElements];
#pragma unroll
  for (int k = 0; k < kOwnElements; ++k) {
    held[k] = __uint_as_float(mean ^ ((signs >> k & 1U) << 31));
  }
  store_own(values, own, held);
}

}  // namespace

void encode_one_bit(cudaStream_t stream, const float* values, std::size_t count, void* message,
                    void* workspace) {
  auto* words = static_cast<std::uint32_t*>(message);
  auto* sums = static_cast<double*>(workspace);
  encode<<<kBlocks, kCodecThreads, 0, stream>>>(values, count / (kWarp * kWarp), words + 1, sums);
  finish<<<1, kBlocks, 0, stream>>>(sums, count, words);
}

void decode_one_bit(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  decode<<<codec_blocks(count), kCodecThreads, 0, stream>>>(
      static_cast<const std::uint32_t*>(message), count / kOwnElements, values);
}

}  // namespace commsim::probe
