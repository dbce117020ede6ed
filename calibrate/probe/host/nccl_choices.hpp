// What NCCL_ALGO and NCCL_PROTO may be forced to for a collective.
#pragma once

#include <string>
#include <vector>

namespace commsim::probe {

struct NcclChoice {
  std::string algorithm;  // as NCCL_ALGO has it
  std::string protocol;   // as NCCL_PROTO has it
};

struct NcclSetting {
  int version = 0;  // as NCCL_VERSION_CODE
  int nodes = 1;
  int gpus_per_node = 1;
  int compute_capability = 0;  // 90 for 9.0
  bool collnet = false;        // CollNet was asked for
};

/// As NCCL's header computes it: 2.8 and before had one digit for the minor version.
constexpr int nccl_version(int major, int minor, int patch) {
  return major <= 2 && minor <= 8 ? major * 1000 + minor * 100 + patch
                                  : major * 10000 + minor * 100 + patch;
}

/// Every pair that NCCL of this version has kernels for (src/graph/tuning.cc): broadcast and reduce
/// only ring; all_reduce ring and tree; all_gather and reduce_scatter ring and, with one GPU a node
/// from 2.23, PAT; NVLS from 2.17 (of all_gather and reduce_scatter from 2.18) on GPUs that have
/// it, three or more of them; NVLSTree from 2.18 across nodes. Empty for what is made of sends.
/// Whether a machine can run one, only running it says. CollNet needs a plug-in of the network, and
/// most machines have none, so it is there only if it was asked for, from 2.14 on: for all_reduce
/// direct and as a chain, for all_gather and reduce_scatter direct from 2.19.
std::vector<NcclChoice> nccl_choices(const std::string& collective, const NcclSetting& setting);

}  // namespace commsim::probe
