// NICs with cables of their own to their GPUs: how a server is drawn whose PCIe switches are wide
// enough to be left out.
#pragma once

#include <memory>

#include "topology/wiring.hpp"

namespace commsim {

/// The key `gpu_nic`. GPU g stands behind NIC floor(g * nics / gpus), so that neighbouring GPUs
/// share a NIC if there are fewer NICs; if there are more, NIC n stands behind GPU
/// floor(n * gpus / nics).
std::unique_ptr<ServerPart> read_nic_pairs(ServerKeys& keys);

/// Adds that many NICs to server number `index`, named "s<index>.nic0" and so on.
void add_nics(TopologyBuilder& builder, std::int32_t index, int count, BuiltServer& server);

}  // namespace commsim
