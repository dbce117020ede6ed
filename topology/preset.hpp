// Servers that can be bought, with their real link speeds; every figure names its source.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// What joins the GPUs of a server; with kNone they meet only through NICs.
enum class Intra : std::uint8_t { kSwitch, kMesh, kNone };

/// One server: `gpus` GPUs joined by `intra` (bandwidth per GPU through the switch, or per pair in
/// a mesh), and `nics` NICs, each behind `gpu_nic` from its GPUs and on `nic` to its network
/// switch.
struct ServerSpec {
  int gpus = 1;
  int nics = 1;
  Intra intra = Intra::kSwitch;
  LinkSpec gpu_link;  ///< GPU to switch, or GPU to GPU in a mesh, each way
  LinkSpec gpu_nic;   ///< GPU to its NIC, each way
  LinkSpec nic;       ///< NIC to its network switch, each way
};

/// A server by name, such as "dgx_a100".
struct ServerPreset {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  ServerSpec server;
};

}  // namespace commsim
