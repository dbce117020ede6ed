// What NCCL's model of time must know about a machine.
#pragma once

#include "calibrate/nccl/nccl_names.hpp"
#include "core/hardware.hpp"
#include "core/units.hpp"

namespace commsim {

/// Equal servers, each with the same GPUs. As everywhere in NCCL's model, and in this folder, rates
/// are doubles in GB/s (10^9 bytes) each way and times doubles in microseconds.
/// Source of how rates are counted: NCCL v2.30.7, src/graph/topo.h and topo.cc.
struct NcclSystem {
  NcclVersion version = kNewestNccl;
  GpuGeneration generation = GpuGeneration::kHopper;
  CpuMaker cpu = CpuMaker::kIntel;
  int servers = 1;
  int gpus = 8;  ///< of each server

  /// What a GPU's NVLinks carry together (nccl_nvlink_rate); 0: there are none, only PCIe.
  double nvlink = 0;
  double pcie = 0;         ///< a GPU's PCIe link (nccl_pcie_rate); 0: not known
  bool nvls = false;       ///< whether the NVSwitch reduces and multicasts
  int nics = 0;            ///< of each server that its GPUs use; needed for several servers
  double nic = 0;          ///< each NIC: its port, or its PCIe link if that is slower
  double nic_latency = 0;  ///< what the network plugin says of itself; InfiniBand's says 0
  bool collnet = false;    ///< whether switches of the network reduce, and NCCL may use them

  [[nodiscard]] int ranks() const { return servers * gpus; }
  /// What a GPU sends to others of its server.
  [[nodiscard]] double inner() const { return nvlink > 0 ? nvlink : pcie; }
};

/// Throws RequestError if NCCL has no estimate: fewer than two ranks, a rate that is missing or no
/// number, a GPU that the version does not know.
void check(const NcclSystem& system);

/// `links` NVLinks as NCCL counts them: what its kernels reach, a fifth below the nominal rate.
double nccl_nvlink_rate(GpuGeneration generation, double links);
/// The nominal rate of one NVLink each way.
Bandwidth nominal_nvlink(GpuGeneration generation);
/// A PCIe link by its payload rate: NCCL takes 24 GB/s for 31.5 GB/s (gen4 x16), and so on.
double nccl_pcie_rate(Bandwidth payload);
/// A network port: megabits / 8000.
double nccl_nic_rate(Bandwidth port);

}  // namespace commsim
