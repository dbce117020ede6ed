// From the matrix of `nvidia-smi topo -m` to the graph of a server.
#pragma once

#include <optional>

#include "topology/import/server_graph.hpp"
#include "topology/import/smi_matrix.hpp"

namespace commsim {

/// The speeds, which the matrix does not have. Only those are used that it has a place for.
struct SmiKeys {
  LinkKeys nvlink;  ///< one NVLink; its latency is by default that of the presets
  LinkSpec pcie;    ///< one PCIe link
  LinkSpec socket;  ///< between two processors
  LinkSpec nic;     ///< from a NIC to the network
  std::optional<bool> nvswitch;
  std::optional<bool> nvls;  ///< whether an NVSwitch reduces; default: it does
};

/// The devices that share a PIX are below one PCIe switch, those that share a PXB below one above
/// these, and PHB and NODE both lead through one processor; processors are joined pairwise. Between
/// GPUs NV# hides that class, and it follows from the NICs, or else from the NUMA node.
///
/// Where all pairs of GPUs show the same NV# and pairwise cables would need more than the 18
/// NVLinks that a GPU has at most, the NVLinks lead to an NVSwitch: each GPU has # of them.
/// Otherwise they join the pair. `nvswitch` says it where that is not so.
///
/// Throws ConfigError at a cell that contradicts others. O(devices^3), and there are few.
ServerGraph smi_server(const TextFile& file, const SmiMatrix& matrix, const SmiKeys& keys);

/// What the keys must give.
struct SmiNeeds {
  bool nvlink = false;
  bool socket = false;
  bool nic = false;
};
SmiNeeds smi_needs(const TextFile& file, const SmiMatrix& matrix);

}  // namespace commsim
