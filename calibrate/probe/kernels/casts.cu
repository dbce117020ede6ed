#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "calibrate/probe/kernels/casts.hpp"
#include "calibrate/probe/kernels/codec_element.hpp"

namespace commsim::probe {
namespace {

// Two elements to a word, the first one in the lower half.
struct Half {
  __device__ static std::uint32_t encode(float first, float second) {
    const __half2 both = __floats2half2_rn(first, second);
    return *reinterpret_cast<const std::uint32_t*>(&both);
  }
  __device__ static float2 decode(std::uint32_t word) {
    return __half22float2(*reinterpret_cast<const __half2*>(&word));
  }
};
struct Bfloat {
  __device__ static std::uint32_t encode(float first, float second) {
    const __nv_bfloat162 both = __floats2bfloat162_rn(first, second);
    return *reinterpret_cast<const std::uint32_t*>(&both);
  }
  __device__ static float2 decode(std::uint32_t word) {
    return make_float2(__uint_as_float(word << 16), __uint_as_float(word & 0xffff0000U));
  }
};

template <typename Format>
__global__ void encode(const float* values, std::size_t owners, uint4* message) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  float held[kOwnElements];
  load_own(values, own, held);
  message[own] = make_uint4(Format::encode(held[0], held[1]), Format::encode(held[2], held[3]),
                            Format::encode(held[4], held[5]), Format::encode(held[6], held[7]));
}

template <typename Format>
__global__ void decode(const uint4* message, std::size_t owners, float* values) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  const uint4 words = message[own];
  const float2 a = Format::decode(words.x);
  const float2 b = Format::decode(words.y);
  const float2 c = Format::decode(words.z);
  const float2 d = Format::decode(words.w);
  const float held[kOwnElements] = {a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y};
  store_own(values, own, held);
}

template <typename Format>
void launch_encode(cudaStream_t stream, const float* values, std::size_t count, void* message) {
  encode<Format><<<codec_blocks(count), kCodecThreads, 0, stream>>>(values, count / kOwnElements,
                                                                    static_cast<uint4*>(message));
}
template <typename Format>
void launch_decode(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  decode<Format><<<codec_blocks(count), kCodecThreads, 0, stream>>>(
      static_cast<const uint4*>(message), count / kOwnElements, values);
}

}  // namespace

void encode_fp16(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* /*workspace*/) {
  launch_encode<Half>(stream, values, count, message);
}
void decode_fp16(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  launch_decode<Half>(stream, message, count, values);
}
void encode_bf16(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* /*workspace*/) {
  launch_encode<Bfloat>(stream, values, count, message);
}
void decode_bf16(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  launch_decode<Bfloat>(stream, message, count, values);
}

}  // namespace commsim::probe
