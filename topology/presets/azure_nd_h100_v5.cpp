// Microsoft Azure ND H100 v5 (ND96isr_H100_v5). Where each figure is from:
//  - 8 GPUs, each with 18 NVLink4 links of 25 GB/s each way to the NVSwitches, 450 GB/s in all:
//    NVIDIA H100 Tensor Core GPU Architecture (white paper, 2022).
//  - 8 NICs (ConnectX-7), one 400 Gb/s NDR InfiniBand port for each GPU: Azure documentation, ND
//    H100 v5 series.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//  - CPU: Sapphire Rapids: the series' documentation.
#include "topology/preset.hpp"

namespace commsim::azure_nd_h100_v5 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "azure_nd_h100_v5",
    .summary = "Azure ND H100 v5: 8 H100 on NVSwitch at 450 GB/s each way, 8 NICs of 400 "
               "Gb/s",
    .reference = "NVIDIA H100 white paper, 2022; Azure documentation, ND H100 v5 series; "
                 "PCIe 5.0; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 450_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kHopper, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::azure_nd_h100_v5
