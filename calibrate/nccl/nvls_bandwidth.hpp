// The bandwidth of algorithms in which the NVSwitch reduces.
#pragma once

#include "calibrate/nccl/nccl_channels.hpp"
#include "calibrate/nccl/nccl_constants.hpp"

namespace commsim {

/// Since 2.28 a channel within a server carries its speed by the efficiency of the generation and
/// by (heads - 1) / heads, twice that in an all_reduce (whose halves overlap) and by (g - 1) / g of
/// g GPUs otherwise; between servers the speed of its NIC, twice that in a tree over two of them.
/// The least of these counts, by n / steps. Before, it was 5/6 of the slower of the two speeds.
/// Source: as nccl_bandwidth(). REQUIRES: NVLS or NVLS tree, and channels.
double nvls_bandwidth(const NcclSystem& system, const NcclConstants& constants,
                      NcclCollective collective, NcclAlgorithm algorithm,
                      const NcclChannels& channels);

}  // namespace commsim
