// What NCCL's model must know about a cluster, read off its topology.
#pragma once

#include <optional>

#include "calibrate/nccl/nccl_system.hpp"
#include "sim/workload/cluster.hpp"

namespace commsim {

/// What the topology does not say, or says otherwise.
struct NcclOverrides {
  NcclVersion version = kNewestNccl;
  std::optional<GpuGeneration> gpu;
  std::optional<CpuMaker> cpu;  ///< Intel, if the topology does not say either
  std::optional<Duration> network_latency;
  bool collnet = false;
};

/// Servers and GPUs as the ranks lie; of each GPU its links to switches and to other ranks of its
/// server, of each server the NICs that share a cable with a GPU that runs a rank (all, if none
/// does). Generation, CPU and the latency of the network are those of the servers' presets. Throws
/// RequestError if the GPU is not known, if the servers are not alike, if there are no servers, or
/// if the facts ask for a reduction that no switch can do. Complexity: linear in devices and links.
NcclSystem nccl_system(const Cluster& cluster, const NcclOverrides& facts);

}  // namespace commsim
