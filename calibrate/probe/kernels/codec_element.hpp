// What the kernels of codecs share: each thread has eight elements, one after another, which it
// loads and stores 16 bytes at a time. For .cu files only.
#pragma once

#include <cuda_runtime_api.h>

#include <cfloat>
#include <cstddef>
#include <cstdint>

namespace commsim::probe {

inline constexpr int kCodecThreads = 256;
inline constexpr int kOwnElements = 8;
inline constexpr std::uint32_t kMagnitudeBits = 0x7fffffff;
inline constexpr std::uint32_t kInfinityBits = 0x7f800000;
inline constexpr std::uint32_t kNanBits = 0x7fc00000;

/// The thread's number in the grid.
__device__ inline std::size_t own_index() {
  return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

/// Blocks that have a thread for each eight elements.
inline unsigned codec_blocks(std::size_t count) {
  constexpr std::size_t kElements = static_cast<std::size_t>(kCodecThreads) * kOwnElements;
  return static_cast<unsigned>((count + kElements - 1) / kElements);
}

__device__ inline void load_own(const float* values, std::size_t own, float (&held)[kOwnElements]) {
  const float4* from = reinterpret_cast<const float4*>(values) + 2 * own;
  const float4 first = from[0];
  const float4 second = from[1];
  held[0] = first.x;
  held[1] = first.y;
  held[2] = first.z;
  held[3] = first.w;
  held[4] = second.x;
  held[5] = second.y;
  held[6] = second.z;
  held[7] = second.w;
}

__device__ inline void store_own(float* values, std::size_t own,
                                 const float (&held)[kOwnElements]) {
  float4* to = reinterpret_cast<float4*>(values) + 2 * own;
  to[0] = make_float4(held[0], held[1], held[2], held[3]);
  to[1] = make_float4(held[4], held[5], held[6], held[7]);
}

/// The bits of a magnitude, as a whole number, are in the order of the magnitudes.
__device__ inline std::uint32_t magnitude_bits(float value) {
  return __float_as_uint(value) & kMagnitudeBits;
}

/// As codec_scale() of the host, of the bits of the largest magnitude.
__device__ inline float scale_of(std::uint32_t largest, float top) {
  if (largest == 0) return 1;
  if (largest >= kInfinityBits) return __uint_as_float(kNanBits);
  return fmaxf(__fdiv_rn(__uint_as_float(largest), top), FLT_MIN);
}

}  // namespace commsim::probe
