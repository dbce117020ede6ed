// Sparsifiers: what is kept of a tensor, in the order of the positions, and spread out again.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace commsim::probe {

/// In the memory of the GPU.
struct SparseMessage {
  std::uint32_t* count;
  std::uint32_t* positions;
  float* values;
};

/// All of these throw std::runtime_error where CUB refuses; failures of a launch are left for
/// cudaGetLastError(). REQUIRES: at most 2^30 values, a message with room for what is kept, and a
/// workspace of what the function beside it says.
///
/// As keep_above() of sparse_reference.hpp. Reads the tensor once.
std::size_t threshold_workspace(std::size_t count);
void encode_threshold(cudaStream_t stream, const float* values, std::size_t count, float tau,
                      const SparseMessage& message, void* workspace);

/// As keep_largest(). Reads the tensor five times: three to find the smallest that is kept, 11, 10
/// and 10 bits at a time, one to find its equals, one to keep. REQUIRES: 0 < kept <= count.
std::size_t top_k_workspace(std::size_t count);
void encode_top_k(cudaStream_t stream, const float* values, std::size_t count, std::size_t kept,
                  const SparseMessage& message, void* workspace);

/// As spread().
void decode_sparse(cudaStream_t stream, const SparseMessage& message, std::size_t count,
                   float* values);

}  // namespace commsim::probe
