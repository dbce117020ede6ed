// Which algorithms and protocols NCCL has for a collective on a system.
#pragma once

#include "calibrate/nccl/nccl_channels.hpp"

namespace commsim {

/// Whether NCCL would consider them, with these channels. Broadcast and reduce have rings only; PAT
/// needs one GPU in each server; NVLS and NVLS trees an NVSwitch that reduces, NVLS between servers
/// and CollNet a network that does; LL128 NVLinks. That a NIC and its GPU share a PCIe switch,
/// which LL128 needs on Volta and Ampere, is taken for granted. Source: NCCL v2.30.7,
/// src/graph/tuning.cc.
bool nccl_enabled(const NcclSystem& system, NcclCollective collective, NcclAlgorithm algorithm,
                  NcclProtocol protocol, const NcclChannels& channels);

}  // namespace commsim
