// Casts of single precision to smaller floating-point formats and back.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace commsim::probe {

/// Messages, here and in the other kernels of codecs, are those of cast_reference.hpp and its
/// neighbours. REQUIRES: a count that is a multiple of 1024, and memory as cudaMalloc gives it.
/// Failures of a launch are left for cudaGetLastError().
void encode_fp16(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* workspace);
void decode_fp16(cudaStream_t stream, const void* message, std::size_t count, float* values);
void encode_bf16(cudaStream_t stream, const float* values, std::size_t count, void* message,
                 void* workspace);
void decode_bf16(cudaStream_t stream, const void* message, std::size_t count, float* values);

/// Reads the tensor twice. The workspace has 4 bytes.
void encode_fp8_e4m3(cudaStream_t stream, const float* values, std::size_t count, void* message,
                     void* workspace);
void decode_fp8_e4m3(cudaStream_t stream, const void* message, std::size_t count, float* values);

}  // namespace commsim::probe
