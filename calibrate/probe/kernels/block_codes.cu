#include "calibrate/probe/kernels/block_codes.hpp"
#include "calibrate/probe/kernels/codec_element.hpp"

namespace commsim::probe {
namespace {

// A block of elements belongs to so many neighbouring threads of a warp; in the message it is one
// word of scale and, for each thread, kOwnWords of codes.
template <int kBitsOf, int kLanesOf>
struct Format {
  static constexpr int kBits = kBitsOf;
  static constexpr int kLanes = kLanesOf;
  static constexpr int kOwnWords = kBits * kOwnElements / 32;
  static constexpr int kInWord = 32 / kBits;
  static constexpr std::size_t kBlockWords = 1 + kLanes * kOwnWords;
  static constexpr float kTop = (1 << (kBits - 1)) - 1;
};
using Int8 = Format<8, 32>;
using Int4 = Format<4, 16>;

// All threads of a warp take part: the elements are a multiple of what a warp has.
template <typename F>
__global__ void encode(const float* values, std::size_t owners, std::uint32_t* message) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  float held[kOwnElements];
  load_own(values, own, held);
  std::uint32_t largest = 0;
#pragma unroll
  for (int k = 0; k < kOwnElements; ++k) largest = max(largest, magnitude_bits(held[k]));
#pragma unroll
  for (int distance = F::kLanes / 2; distance > 0; distance /= 2) {
    largest = max(largest, __shfl_xor_sync(~0U, largest, distance));
  }
  const float scale = scale_of(largest, F::kTop);
  const float factor = __fdiv_rn(1.0F, scale);
  const bool finite = largest < kInfinityBits;
  const std::size_t lane = own % F::kLanes;
  std::uint32_t* block = message + own / F::kLanes * F::kBlockWords;
  if (lane == 0) block[0] = __float_as_uint(scale);
#pragma unroll
  for (int word = 0; word < F::kOwnWords; ++word) {
    std::uint32_t codes = 0;
#pragma unroll
    for (int k = 0; k < F::kInWord; ++k) {
      const float value = held[word * F::kInWord + k];
      const int code = finite ? __float2int_rn(__fmul_rn(value, factor)) : 0;
      codes |= (static_cast<std::uint32_t>(code) & ((1U << F::kBits) - 1)) << (F::kBits * k);
    }
    block[1 + lane * F::kOwnWords + word] = codes;
  }
}

template <typename F>
__global__ void decode(const std::uint32_t* message, std::size_t owners, float* values) {
  const std::size_t own = own_index();
  if (own >= owners) return;
  const std::uint32_t* block = message + own / F::kLanes * F::kBlockWords;
  const float scale = __uint_as_float(block[0]);
  float held[kOwnElements];
#pragma unroll
  for (int word = 0; word < F::kOwnWords; ++word) {
    const std::uint32_t codes = block[1 + own % F::kLanes * F::kOwnWords + word];
#pragma unroll
    for (int k = 0; k < F::kInWord; ++k) {
      // The shift to the right brings the sign.
      const int code = static_cast<int>(codes << (32 - F::kBits * (k + 1))) >> (32 - F::kBits);
      held[word * F::kInWord + k] = __fmul_rn(static_cast<float>(code), scale);
    }
  }
  store_own(values, own, held);
}

template <typename F>
void launch_encode(cudaStream_t stream, const float* values, std::size_t count, void* message) {
  encode<F><<<codec_blocks(count), kCodecThreads, 0, stream>>>(
      values, count / kOwnElements, static_cast<std::uint32_t*>(message));
}
template <typename F>
void launch_decode(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  decode<F><<<codec_blocks(count), kCodecThreads, 0, stream>>>(
      static_cast<const std::uint32_t*>(message), count / kOwnElements, values);
}

}  // namespace

void encode_int8(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* /*workspace*/) {
  launch_encode<Int8>(stream, values, count, message);
}
void decode_int8(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  launch_decode<Int8>(stream, message, count, values);
}
void encode_int4(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* /*workspace*/) {
  launch_encode<Int4>(stream, values, count, message);
}
void decode_int4(cudaStream_t stream, const void* message, std::size_t count, float* values) {
  launch_decode<Int4>(stream, message, count, values);
}

}  // namespace commsim::probe
