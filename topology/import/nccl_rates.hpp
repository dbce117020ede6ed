// What the words in NCCL's topology files say about speed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/units.hpp"

namespace commsim {

/// The payload rate of a PCIe link, one way: transfers per second and lane, times the lanes, times
/// the share of the line code: 8b/10b up to 5 GT/s, 128b/130b up to 32 GT/s, and 236 bytes of
/// transactions in each flit of 256 at 64 GT/s (PCI Express Base Specification 6.0). `speed` is as
/// Linux says it: "16.0 GT/s PCIe". Nothing if the generation is unknown. REQUIRES: lanes from 1
/// to 64.
std::optional<Bandwidth> pcie_rate(std::string_view speed, int lanes);

/// NVIDIA's nominal rate of one NVLink, one way, by compute capability (major * 10 + minor):
/// 20 GB/s (P100), 25 GB/s (V100 to H200), 14.0625 GB/s (8.6: GeForce, RTX and A40 bridges),
/// 50 GB/s (Blackwell). What NCCL's own tables say is what its kernels reach, a fifth less.
std::optional<Bandwidth> nvlink_rate(std::int64_t compute_capability);

/// A processor as the topology file names it.
struct CpuName {
  std::string_view arch;    ///< "x86_64", "arm64", "ppc64"
  std::string_view vendor;  ///< "GenuineIntel", "AuthenticAMD"; others are unknown
  std::int64_t family = 0;
  std::int64_t model = 0;
};

/// From one processor to another over QPI, UPI or Infinity Fabric, as NCCL v2.31 takes it in
/// src/graph/topo.cc: an estimate of what is reached. Nothing if the processor is unknown.
std::optional<Bandwidth> socket_rate(const CpuName& cpu);

}  // namespace commsim
