// The part of NCCL's time that does not depend on size.
#pragma once

#include "calibrate/nccl/nccl_channels.hpp"
#include "calibrate/nccl/nccl_constants.hpp"

namespace commsim {

/// Microseconds. With n ranks on N servers, s and s' the latencies of a step in a server and
/// between two, b that of the call, and k of the ring's m steps between servers:
///   ring        b + (m - k) max(s, o) + k s', o what posting to the network costs (several
///   servers);
///               broadcast, reduce: b + a step, or b + n steps if the rings differ in order
///   tree        b + 2 ((n/N - 1) s + lg N s')
///   NVLS        b + s, and s' between servers; NVLS tree: b + s + 2 lg N s'
///   CollNet     direct: b + 2 (s + 0.4 (n/N - 1)) + s'; chain: b + 2 (n/N - 1) s + s'
///   PAT         b + lg N s' / 3.5 + 2.8 n
/// Source: NCCL v2.30.7, src/graph/tuning.cc. REQUIRES: what nccl_enabled() allows.
double nccl_latency(const NcclSystem& system, const NcclConstants& constants,
                    NcclCollective collective, NcclAlgorithm algorithm, NcclProtocol protocol,
                    const NcclChannels& channels);

}  // namespace commsim
