// Small integers with a scale for each block of elements: int8 in blocks of 256, int4 of 128.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace commsim::probe {

/// As casts.hpp says; no workspace is used.
void encode_int8(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* workspace);
void decode_int8(cudaStream_t stream, const void* message, std::size_t count, float* values);
void encode_int4(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* workspace);
void decode_int4(cudaStream_t stream, const void* message, std::size_t count, float* values);

}  // namespace commsim::probe
