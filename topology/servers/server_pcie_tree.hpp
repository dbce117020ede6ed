// GPUs and NICs behind PCIe switches, these behind CPUs, and links between the CPUs.
#pragma once

#include <memory>

#include "topology/wiring.hpp"

namespace commsim {

/// How a tree divides its GPUs.
struct PcieShape {
  int sockets = 1;          ///< CPUs, each joined to each other
  int gpus_per_switch = 1;  ///< 0: no switches, everything is plugged into the CPUs
};

/// The keys `pcie_link` and, with several sockets, `socket_link`. Switch i holds the GPUs from
/// i * gpus_per_switch on and stands behind CPU floor(i * sockets / switches); NIC n stands behind
/// switch floor(n * switches / nics). Without switches GPUs and NICs are dealt to the CPUs in the
/// same way. Devices are named "s0.cpu0" and "s0.pcie0"; CPUs are of DeviceKind::kHost.
std::unique_ptr<ServerPart> read_pcie_tree(ServerKeys& keys, PcieShape shape);

}  // namespace commsim
