// The part of NCCL's time that grows with size.
#pragma once

#include "calibrate/nccl/nccl_channels.hpp"
#include "calibrate/nccl/nccl_constants.hpp"

namespace commsim {

/// What NCCL calls algorithm bandwidth, GB/s: the size as nccl-tests counts it, by the time beyond
/// the latency; before nccl_correction(). From channels x speed (on up to two servers that within a
/// server, else that between them), by what each protocol leaves of it and up to the caps of the
/// constants; then, for a ring, by n / steps. Each version's rules are in the source.
/// Source: NCCL, src/graph/tuning.cc, tags v2.18.6 to v2.30.7. REQUIRES: what nccl_enabled()
/// allows.
double nccl_bandwidth(const NcclSystem& system, const NcclConstants& constants,
                      NcclCollective collective, NcclAlgorithm algorithm, NcclProtocol protocol,
                      const NcclChannels& channels);

}  // namespace commsim
