// NCCL's own estimate of how long a collective takes, by which it chooses how to do it.
#pragma once

#include <optional>
#include <vector>

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim {

struct NcclCall {
  NcclCollective collective = NcclCollective::kAllReduce;
  Bytes size;        ///< as nccl-tests counts it: all_gather, reduce_scatter: the total
  bool fp8 = false;  ///< elements of 8 bits, which NCCL keeps from being summed in rings of nine
};

/// One algorithm by one protocol: time = latency + size / (bandwidth x correction).
struct NcclEstimate {
  NcclAlgorithm algorithm = NcclAlgorithm::kRing;
  NcclProtocol protocol = NcclProtocol::kSimple;
  int channels = 0;
  double latency = 0;    ///< microseconds
  double bandwidth = 0;  ///< GB/s
  double correction = 1;
  double time = 0;  ///< microseconds
};

/// What NCCL_ALGO and NCCL_PROTO leave.
struct NcclChoiceLimits {
  std::optional<NcclAlgorithm> algorithm;
  std::optional<NcclProtocol> protocol;
};

/// All that NCCL considers for the call, fastest first, of equals the one that NCCL finds first; it
/// takes the first. Throws RequestError if check() does, or if the limits leave nothing, naming
/// what there is. Source: NCCL v2.30.7, src/graph/tuning.cc and src/enqueue.cc.
std::vector<NcclEstimate> nccl_estimates(const NcclSystem& system, const NcclCall& call,
                                         const NcclChoiceLimits& limits = {});

}  // namespace commsim
