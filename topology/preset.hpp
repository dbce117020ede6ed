// Servers that can be bought or rented, with their real link speeds; every figure names its source.
#pragma once

#include <string_view>

#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// One server: `gpus` GPUs joined as `intra` says, and `nics` NICs. Which of the links there are
/// depends on the wiring; a link that is left alone is one that the server does not have. All
/// bandwidths are each way.
struct ServerSpec {
  int gpus = 1;
  int nics = 1;
  std::string_view intra = "switch";  ///< names a Wiring
  LinkSpec gpu_link{};      ///< GPU to switch; in a mesh, to each other GPU; in a cube, one NVLink
  LinkSpec gpu_nic{};       ///< GPU to its NIC
  LinkSpec nic{};           ///< NIC to its network switch
  int sockets = 1;          ///< CPUs
  int gpus_per_switch = 1;  ///< PCIe switch; 0: GPUs and NICs are plugged into the CPUs
  LinkSpec pcie_link{};     ///< GPU or NIC to PCIe switch, and from there to the CPU
  LinkSpec socket_link{};   ///< CPU to CPU
  bool nvls = true;         ///< whether the switch can reduce (NVSwitch since the third generation)
  ServerFacts facts{};      ///< of its GPUs, CPUs and network
};

/// A server by name, such as "dgx_a100".
struct ServerPreset {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  ServerSpec server;
};

}  // namespace commsim
