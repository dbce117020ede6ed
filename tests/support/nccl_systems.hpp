// Machines whose NCCL graphs are known.
#pragma once

#include "calibrate/nccl/nccl_system.hpp"

namespace commsim::support {

/// DGX A100: 12 NVLinks a GPU, HDR behind PCIe gen4.
inline NcclSystem a100(int servers = 1, int gpus = 8) {
  return {.generation = GpuGeneration::kAmpere,
          .cpu = CpuMaker::kAmd,
          .servers = servers,
          .gpus = gpus,
          .nvlink = nccl_nvlink_rate(GpuGeneration::kAmpere, 12),
          .pcie = 24,
          .nics = gpus,
          .nic = 24};
}

/// DGX H100: 18 NVLinks a GPU, NDR behind PCIe gen5.
inline NcclSystem h100(int servers = 1, int gpus = 8) {
  return {.generation = GpuGeneration::kHopper,
          .servers = servers,
          .gpus = gpus,
          .nvlink = nccl_nvlink_rate(GpuGeneration::kHopper, 18),
          .pcie = 48,
          .nvls = true,
          .nics = gpus,
          .nic = 48};
}

inline NcclSystem b200(int servers = 1, int gpus = 8) {
  NcclSystem system = h100(servers, gpus);
  system.generation = GpuGeneration::kBlackwell;
  system.nvlink = nccl_nvlink_rate(GpuGeneration::kBlackwell, 18);
  return system;
}

inline NcclSystem of_version(NcclSystem system, int minor) {
  system.version = {minor};
  return system;
}

}  // namespace commsim::support
