// The speeds that NCCL's search tries for a channel, and what fits on the links of a server.
#pragma once

#include <span>

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim::nccl_search {

/// Falling, GB/s; within one server others than between several.
/// Source: NCCL v2.30.7, src/graph/search.cc.
std::span<const double> speeds(const NcclSystem& system);

/// The most channels that the search may find, and the most thread blocks: twice as many.
int most_channels(NcclVersion version);
constexpr int kThreadBlocksOfAChannel = 2;

/// What is wide enough but for rounding is wide enough.
constexpr double kSlack = 1e-9;
/// Slower channels than this share of the best that was found are not tried.
constexpr double kSlowest = .49;

/// The fastest channel that any path carries: that of a NIC, or of all NVLinks in a lone server.
double fastest_path(const NcclSystem& system);
/// What a GPU has in all; a search that has found as much is over.
double all_of_a_gpu(const NcclSystem& system);

/// How many rings of a speed fit: in a lone server on the links of each GPU; in several servers on
/// the NICs, and all but one of n GPUs send to the next one in the server. No more than
/// most_channels().
int rings(const NcclSystem& system, double speed);
/// Whether so many chains of GPUs fit, of a speed within servers and one between them.
bool chains_fit(const NcclSystem& system, int count, double inner, double outer);

}  // namespace commsim::nccl_search
