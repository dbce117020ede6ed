// Copying and reducing by a chosen number of thread blocks, as the kernels of a collective do.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>

namespace commsim::probe {

/// Copies bytes, a multiple of 16.
void launch_copy(cudaStream_t stream, int blocks, const void* from, void* to, std::size_t bytes);

/// to = to + from, elements of "float32", "float16" or "bfloat16"; bytes a multiple of 16.
void launch_reduce(cudaStream_t stream, int blocks, const std::string& dtype, const void* from,
                   void* to, std::size_t bytes);

/// What a copy shares with the host, in memory that both see.
struct HoldingControl {
  int started = 0;  // blocks that run
  int stop = 0;     // not 0: leave
};

/// Copies over and over until told to stop. Each block takes all shared memory of a multiprocessor,
/// which it so keeps for itself. Throws std::runtime_error if the GPU does not grant that.
void launch_holding_copy(cudaStream_t stream, int blocks, const void* from, void* to,
                         std::size_t bytes, HoldingControl* control);

}  // namespace commsim::probe
