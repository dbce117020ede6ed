// Microsoft Azure ND A100 v4 (ND96asr_v4, ND96amsr_A100_v4). Where each figure is from:
//  - 8 GPUs, each with 12 NVLink3 links of 25 GB/s each way to the NVSwitches, 300 GB/s in all:
//    NVIDIA A100 Tensor Core GPU Architecture (white paper, 2020).
//  - 8 NICs (ConnectX-6), one 200 Gb/s HDR InfiniBand port for each GPU: Azure documentation, ND
//    A100 v4 series.
//  - GPU to NIC over PCIe gen4 x16: 16 GT/s x 16 lanes x 128/130 / 8 = 31.5 GB/s: PCI Express
//    Base Specification 4.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//  - CPU: EPYC 7V12: the series' documentation.
#include "topology/preset.hpp"

namespace commsim::azure_nd_a100_v4 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "azure_nd_a100_v4",
    .summary = "Azure ND A100 v4: 8 A100 on NVSwitch at 300 GB/s each way, 8 NICs of 200 "
               "Gb/s",
    .reference = "NVIDIA A100 white paper, 2020; Azure documentation, ND A100 v4 series; "
                 "PCIe 4.0; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 300_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 252_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 200_Gbps, .latency = 350_nsec},
               .nvls = false,
               .facts = {.gpu = GpuGeneration::kAmpere, .cpu = CpuMaker::kAmd}},
}};

}  // namespace
}  // namespace commsim::azure_nd_a100_v4
