#include <algorithm>
#include <cub/block/block_scan.cuh>

#include "calibrate/probe/kernels/codec_element.hpp"
#include "calibrate/probe/kernels/selection.hpp"

namespace commsim::probe {
namespace {

constexpr int kBuckets = 2048;
constexpr int kPickThreads = 1024;
constexpr unsigned kMostBlocks = 1056;
constexpr int kKeyBits = 31;

// All elements with larger keys are kept, and the first `ties` that have this one. On the way to
// it, `key` is its upper bits.
struct Cut {
  std::uint32_t key;
  std::uint32_t ties;
  std::uint32_t lost;  // not all that is not finite is kept
};

// Infinity and NaN are alike.
__device__ std::uint32_t key_of(float value) { return min(magnitude_bits(value), kInfinityBits); }

// Bits of the key that a pass looks at: `bits` of them above `shift`.
struct Pass {
  int shift;
  int bits;
};

__global__ void begin(Cut* cut, std::uint32_t* tally, std::uint32_t kept) {
  for (int i = threadIdx.x; i < kBuckets; i += blockDim.x) tally[i] = 0;
  if (threadIdx.x == 0) *cut = {0, kept, 0};
}

// How many keys that begin as the cut does have each value in the bits of the pass.
__global__ void count_keys(const float* values, std::size_t owners, const Cut* cut, Pass pass,
                           std::uint32_t* tally) {
  __shared__ std::uint32_t own_tally[kBuckets];
  for (int i = threadIdx.x; i < kBuckets; i += blockDim.x) own_tally[i] = 0;
  __syncthreads();
  const std::uint32_t prefix = cut->key;
  const std::uint32_t mask = (1U << pass.bits) - 1;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t own = own_index(); own < owners; own += stride) {
    float held[kOwnElements];
    load_own(values, own, held);
#pragma unroll
    for (int k = 0; k < kOwnElements; ++k) {
      const std::uint32_t key = key_of(held[k]);
      if (key >> (pass.shift + pass.bits) == prefix) {
        atomicAdd(&own_tally[key >> pass.shift & mask], 1U);
      }
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < 1 << pass.bits; i += blockDim.x) {
    if (own_tally[i] > 0) atomicAdd(&tally[i], own_tally[i]);
  }
}

// One block: from the top, the bucket in which the last element that is kept lies. Leaves a tally
// of zeros.
__global__ void pick(Cut* cut, Pass pass, std::uint32_t* tally) {
  constexpr int kEach = kBuckets / kPickThreads;
  const std::uint32_t wanted = cut->ties;
  const std::uint32_t prefix = cut->key;
  const int buckets = 1 << pass.bits;
  std::uint32_t own[kEach];
  std::uint32_t above[kEach];
  for (int k = 0; k < kEach; ++k) {
    const int bucket = buckets - 1 - (static_cast<int>(threadIdx.x) * kEach + k);
    own[k] = bucket < 0 ? 0 : tally[bucket];
  }
  using Scan = cub::BlockScan<std::uint32_t, kPickThreads>;
  __shared__ typename Scan::TempStorage storage;
  Scan(storage).ExclusiveSum(own, above);
  __syncthreads();  // all have read the cut and the tally
  for (int k = 0; k < kEach; ++k) {
    const int bucket = buckets - 1 - (static_cast<int>(threadIdx.x) * kEach + k);
    if (bucket < 0) continue;
    tally[bucket] = 0;
    if (above[k] < wanted && wanted <= above[k] + own[k]) {
      const std::uint32_t key = prefix << pass.bits | static_cast<std::uint32_t>(bucket);
      const std::uint32_t ties = wanted - above[k];
      *cut = {key, ties, key == kInfinityBits && own[k] > ties ? 1U : 0U};
    }
  }
}

struct IsTie {
  const Cut* cut;
  __device__ bool operator()(const Placed& element) const {
    return key_of(thrust::get<1>(element)) == cut->key;
  }
};

struct IsKept {
  const Cut* cut;
  const std::uint32_t* ties;  // positions
  __device__ bool operator()(const Placed& element) const {
    const std::uint32_t key = key_of(thrust::get<1>(element));
    if (key != cut->key) return key > cut->key;
    return thrust::get<0>(element) <= ties[cut->ties - 1];
  }
};

__global__ void poison_if_lost(const Cut* cut, std::size_t kept, float* values) {
  if (cut->lost == 0) return;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = own_index(); i < kept; i += stride) values[i] = __uint_as_float(kNanBits);
}

// How the workspace is divided: all parts begin at multiples of 256 bytes.
struct Parts {
  static std::size_t padded(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

  explicit Parts(std::size_t count) {
    tally = padded(sizeof(Cut));
    tie_count = tally + padded(kBuckets * sizeof(std::uint32_t));
    tie_positions = tie_count + padded(sizeof(std::uint32_t));
    tie_values = tie_positions + padded(count * sizeof(std::uint32_t));
    select = tie_values + padded(count * sizeof(float));
    keep_if(nullptr, nullptr, count, IsTie{nullptr}, {}, nullptr, tie_bytes);
    keep_if(nullptr, nullptr, count, IsKept{nullptr, nullptr}, {}, nullptr, kept_bytes);
    all = select + std::max(tie_bytes, kept_bytes);
  }

  std::size_t tally = 0;
  std::size_t tie_count = 0;
  std::size_t tie_positions = 0;
  std::size_t tie_values = 0;
  std::size_t select = 0;
  std::size_t tie_bytes = 0;
  std::size_t kept_bytes = 0;
  std::size_t all = 0;
};

}  // namespace

std::size_t top_k_workspace(std::size_t count) { return Parts(count).all; }

void encode_top_k(cudaStream_t stream, const float* values, std::size_t count, std::size_t kept,
                  const SparseMessage& message, void* workspace) {
  Parts parts(count);
  auto* base = static_cast<unsigned char*>(workspace);
  auto* cut = reinterpret_cast<Cut*>(base);
  auto* tally = reinterpret_cast<std::uint32_t*>(base + parts.tally);
  const SparseMessage ties{reinterpret_cast<std::uint32_t*>(base + parts.tie_count),
                           reinterpret_cast<std::uint32_t*>(base + parts.tie_positions),
                           reinterpret_cast<float*>(base + parts.tie_values)};
  const unsigned blocks = std::min(codec_blocks(count), kMostBlocks);
  begin<<<1, kPickThreads, 0, stream>>>(cut, tally, static_cast<std::uint32_t>(kept));
  for (const Pass pass : {Pass{20, kKeyBits - 20}, Pass{10, 10}, Pass{0, 10}}) {
    count_keys<<<blocks, kCodecThreads, 0, stream>>>(values, count / kOwnElements, cut, pass,
                                                     tally);
    pick<<<1, kPickThreads, 0, stream>>>(cut, pass, tally);
  }
  keep_if(stream, values, count, IsTie{cut}, ties, base + parts.select, parts.tie_bytes);
  keep_if(stream, values, count, IsKept{cut, ties.positions}, message, base + parts.select,
          parts.kept_bytes);
  poison_if_lost<<<blocks, kCodecThreads, 0, stream>>>(cut, kept, message.values);
}

}  // namespace commsim::probe
