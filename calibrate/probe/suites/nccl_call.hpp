// A collective by its name as calls of NCCL.
#pragma once

#include <cuda_runtime_api.h>
#include <nccl.h>

#include <cstddef>
#include <string>

namespace commsim::probe {

struct CollectiveBuffers {
  const char* send = nullptr;
  char* receive = nullptr;
  ncclDataType_t type = ncclFloat;
  std::size_t element = sizeof(float);  // bytes of one
};

/// NCCL's type of one of data_types(). Throws std::runtime_error for one that the header does not
/// have: bfloat16 before 2.10 and eight bits before 2.24.
ncclDataType_t nccl_type(const std::string& dtype);

/// Enqueues one rank's part, between the caller's ncclGroupStart and ncclGroupEnd. all_to_all,
/// gather, scatter and send_recv are made of sends and receives. The root is rank 0. Throws
/// std::runtime_error if NCCL refuses.
void enqueue_collective(const std::string& collective, const CollectiveBuffers& buffers,
                        std::size_t count, int rank, int ranks, ncclComm_t communicator,
                        cudaStream_t stream);

}  // namespace commsim::probe
