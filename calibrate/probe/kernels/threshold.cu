#include "calibrate/probe/kernels/codec_element.hpp"
#include "calibrate/probe/kernels/selection.hpp"

namespace commsim::probe {
namespace {

struct IsAbove {
  std::uint32_t bound;
  __device__ bool operator()(const Placed& element) const {
    return magnitude_bits(thrust::get<1>(element)) > bound;
  }
};

__global__ void scatter(SparseMessage message, float* values) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  const std::size_t kept = *message.count;
  for (std::size_t i = own_index(); i < kept; i += stride) {
    values[message.positions[i]] = message.values[i];
  }
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace

std::size_t threshold_workspace(std::size_t count) {
  std::size_t bytes = 0;
  keep_if(nullptr, nullptr, count, IsAbove{0}, {}, nullptr, bytes);
  return bytes;
}

void encode_threshold(cudaStream_t stream, const float* values, std::size_t count, float tau,
                      const SparseMessage& message, void* workspace) {
  std::size_t bytes = threshold_workspace(count);
  keep_if(stream, values, count, IsAbove{bits_of(tau)}, message, workspace, bytes);
}

void decode_sparse(cudaStream_t stream, const SparseMessage& message, std::size_t count,
                   float* values) {
  constexpr int kBlocks = 1024;
  cudaMemsetAsync(values, 0, count * sizeof(float), stream);
  scatter<<<kBlocks, kCodecThreads, 0, stream>>>(message, values);
}

}  // namespace commsim::probe
