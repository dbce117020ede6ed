#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <algorithm>
#include <cub/block/block_reduce.cuh>

#include "calibrate/probe/kernels/casts.hpp"
#include "calibrate/probe/kernels/codec_element.hpp"

namespace commsim::probe {
namespace {

constexpr unsigned kMostBlocks = 2048;
constexpr float kLargestE4M3 = 448;
constexpr std::uint32_t kNanE4M3 = 0x7f;

struct Larger {
  __device__ std::uint32_t operator()(std::uint32_t a, std::uint32_t b) const { return max(a, b); }
};

// *largest becomes the bits of the largest finite magnitude. REQUIRES: it is 0.
__global__ void find_largest_finite(const float* values, std::size_t owners,
                                    std::uint32_t* largest) {
  std::uint32_t found = 0;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t own = own_index(); own < owners; own += stride) {
    float held[kOwnElements];
    load_own(values, own, held);
#pragma unroll
    for (int k = 0; k < kOwnElements; ++k) {
      const std::uint32_t bits = magnitude_bits(held[k]);
      if (bits < kInfinityBits) found = max(found, bits);
    }
  }
  using Reduce = cub::BlockReduce<std::uint32_t, kCodecThreads>;
  __shared__ typename Reduce::TempStorage storage;
  found = Reduce(storage).Reduce(found, Larger());
  if (threadIdx.x == 0) atomicMax(largest, found);
}

__device__ std::uint32_t code_of(float value, float factor) {
  // The conversion would make infinity the largest number.
  if (magnitude_bits(value) >= kInfinityBits) {
    return (__float_as_uint(value) >> 24 & 0x80U) | kNanE4M3;
  }
  return __nv_cvt_float_to_fp8(__fmul_rn(value, factor), __NV_SATFINITE, __NV_E4M3);
}

__device__ float number_of(std::uint32_t code) {
  const __half_raw half = __nv_cvt_fp8_to_halfraw(static_cast<__nv_fp8_storage_t>(code), __NV_E4M3);
  return __half2float(half);
}

// The scale is the first word of the message.
__global__ void encode(const float* values, std::size_t owners, const std::uint32_t* largest,
                       std::uint32_t* message) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  const float scale = scale_of(*largest, kLargestE4M3);
  if (own == 0) message[0] = __float_as_uint(scale);
  const float factor = __fdiv_rn(1.0F, scale);
  float held[kOwnElements];
  load_own(values, own, held);
#pragma unroll
  for (int word = 0; word < 2; ++word) {
    std::uint32_t codes = 0;
#pragma unroll
    for (int k = 0; k < 4; ++k) codes |= code_of(held[4 * word + k], factor) << (8 * k);
    message[1 + 2 * own + word] = codes;
  }
}

__global__ void decode(const std::uint32_t* message, std::size_t owners, float* values) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  const float scale = __uint_as_float(message[0]);
  float held[kOwnElements];
#pragma unroll
  for (int word = 0; word < 2; ++word) {
    const std::uint32_t codes = message[1 + 2 * own + word];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      held[4 * word + k] = __fmul_rn(number_of(codes >> (8 * k) & 0xffU), scale);
    }
  }
  store_own(values, own, held);
}

}  // namespace

void encode_fp8_e4m3(cudaStream_t stream, const float* values, std::size_t count, void* message,
                     void* workspace) {
  auto* largest = static_cast<std::uint32_t*>(workspace);
  const std::size_t owners = count / kOwnElements;
  const unsigned blocks = codec_blocks(count);
  cudaMemsetAsync(largest, 0, sizeof *largest, stream);
  const unsigned readers = std::min(blocks, kMostBlocks);
  find_largest_finite<<<readers, kCodecThreads, 0, stream>>>(values, owners, largest);
  encode<<<blocks, kCodecThreads, 0, stream>>>(values, owners, largest,
                                               static_cast<std::uint32_t*>(message));
}

void decode_fp8_e4m3(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  decode<<<codec_blocks(count), kCodecThreads, 0, stream>>>(
      static_cast<const std::uint32_t*>(message), count / kOwnElements, values);
}

}  // namespace commsim::probe
