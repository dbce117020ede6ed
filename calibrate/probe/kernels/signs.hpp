// Signs and the mean magnitude of a tensor.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace commsim::probe {

/// Bytes of the workspace of encode_one_bit().
inline constexpr std::size_t kSignsWorkspace = 8192;

/// As casts.hpp says. Reads the tensor once.
void encode_one_bit(cudaStream_t stream, const float* values, std::size_t count, void* message,
                    void* workspace);
void decode_one_bit(cudaStream_t stream, const void* message, std::size_t count, float* values);

}  // namespace commsim::probe
