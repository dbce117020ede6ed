#include "calibrate/probe/host/gpu_sharing.hpp"

#include <string>

#include "calibrate/probe/host/nccl_choices.hpp"

namespace commsim::probe {
namespace {

bool shares_on_request(int version) { return version >= nccl_version(2, 30, 0); }

}  // namespace

Environment sharing_environment(int nccl_version, int rank) {
  if (shares_on_request(nccl_version)) {
    return {{"NCCL_MULTI_RANK_GPU_ENABLE", "1"}, {"NCCL_MAX_CTAS", "4"}};
  }
  return {{"NCCL_HOSTID", "commsim-probe-" + std::to_string(rank)},
          {"NCCL_SOCKET_IFNAME", "lo"},
          {"NCCL_IB_DISABLE", "1"},
          {"NCCL_MAX_CTAS", "4"}};
}

std::string sharing_label(int nccl_version, int gpus, int ranks_per_gpu) {
  return std::to_string(gpus * ranks_per_gpu) + " processes on " + std::to_string(gpus) +
         (gpus == 1 ? " GPU" : " GPUs") +
         (shares_on_request(nccl_version) ? " that they share" : " over loopback sockets") +
         ": no link of any cluster";
}

}  // namespace commsim::probe
