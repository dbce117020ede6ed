// From NCCL's description of a server to the graph of it.
#pragma once

#include "core/text_file.hpp"
#include "topology/import/server_graph.hpp"

namespace commsim {

/// What a server section says beside `nccl_topology`. A bandwidth goes before what the file says.
struct NcclKeys {
  LinkKeys nvlink;  ///< of each single NVLink; latency of each cable
  LinkKeys pcie;
  LinkKeys socket;
  LinkKeys nic;
  std::optional<bool> nvls;  ///< whether the NVSwitch reduces
};

/// Reads <system>, <cpu>, <pci>, <gpu>, <nvlink>, <c2c>, <nic> and <net> as NCCL_TOPO_DUMP_FILE
/// writes them; other elements are ignored, as NCCL does.
///
/// Each <pci> is a device with a cable to the one around it, and its GPU or NICs hang on it; so
/// GPUs that share an NVSwitch are nearer over it than over PCIe. Processors are joined pairwise.
/// All NVSwitches are one switch, on which each GPU has all of its NVLinks as one cable: between
/// GPUs that have a link to each NVSwitch that is what they carry. Unless the keys say so, it
/// reduces only if all GPUs are of compute capability 9.0 or more, as those of an NVSwitch with
/// NVLink SHARP are. GPUs are in the order of `dev`, and so are NICs.
///
/// Latencies that neither the file nor the keys give are those of the presets, from NCCL's tables:
/// 300 ns to an NVSwitch and 600 ns between GPUs, 500 ns for each PCIe link (1 us from GPU to NIC
/// below one switch), 350 ns from a NIC; between processors nothing. Throws ConfigError at the
/// place of what is wrong.
ServerGraph read_nccl_topology(const TextFile& file, const NcclKeys& keys);

}  // namespace commsim
