// How unevenly hashing loads a network.
#pragma once

#include <cstdint>
#include <optional>

#include "topology/topology.hpp"

namespace commsim {

struct EcmpImbalance {
  double mean = 1;  ///< over the patterns
  double worst = 1;
  std::int64_t patterns = 0;
};

/// Every rank sends equally much to another one, so that each receives from one (a random cycle
/// through all ranks). The busiest link (bytes over bandwidth) under `ecmp`, relative to the
/// busiest under `spray`, for up to 100 patterns, each with hashes of its own, the same in every
/// run. Nothing if every pair that was looked at has a single route.
///
/// At most about 2^16 routes are looked at: fewer patterns for many ranks, and past 2^15 ranks only
/// that many of them, evenly chosen, send and receive.
std::optional<EcmpImbalance> ecmp_imbalance(const Topology& topology);

}  // namespace commsim
