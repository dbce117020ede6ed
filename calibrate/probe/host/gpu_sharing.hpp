// Several ranks on one GPU: how NCCL is talked into it, and what such a run really measures.
#pragma once

#include <map>
#include <string>

namespace commsim::probe {

using Environment = std::map<std::string, std::string>;

/// What a rank's process needs. From 2.30 NCCL allows it on request (NCCL_MULTI_RANK_GPU_ENABLE,
/// experimental). Before, it refuses two ranks of one host on one GPU, so each rank claims a host
/// of its own and talks over loopback sockets. Few thread blocks, as all kernels must fit at once.
Environment sharing_environment(int nccl_version, int rank);

/// In words, for the column `what`.
std::string sharing_label(int nccl_version, int gpus, int ranks_per_gpu);

}  // namespace commsim::probe
