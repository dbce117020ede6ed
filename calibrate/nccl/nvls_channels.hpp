// The channels of algorithms in which switches reduce: each has a head, the GPU whose part it is.
#pragma once

#include "calibrate/nccl/nccl_channels.hpp"

namespace commsim::nccl_search {

/// One for each GPU (between servers: that has a NIC of its own), up to 32. A channel takes its
/// speed once from each GPU and twice from its head, so that (heads + 1) x speed must fit on the
/// NVLinks of a GPU. None without an NVSwitch that reduces.
/// Source: NCCL v2.30.7, src/graph/search.cc (ncclTopoSearchTryNvls).
NcclChannels nvls_heads(const NcclSystem& system);

/// One for each GPU that has a NIC of its own, up to 9; a head exchanges a part of its data with
/// each other GPU. None where the network does not reduce.
NcclChannels direct_heads(const NcclSystem& system);

}  // namespace commsim::nccl_search
