// Google Cloud a4-highgpu-8g. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink5 links of 50 GB/s each way to the NVSwitches, 900 GB/s in all
//    (1.8 TB/s counts both ways): NVIDIA Blackwell Architecture Technical Brief, 2024.
//  - 8 NICs (ConnectX-7) of 400 Gb/s for GPUs, 3200 Gb/s in all, besides two for the host that
//    are left out here: Google Compute Engine documentation, network bandwidths and GPUs.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//    Nor are they of this network, which differs from InfiniBand.
//  - CPU: Emerald Rapids: Compute Engine documentation, machine families.
#include "topology/preset.hpp"

namespace commsim::gcp_a4_high {
namespace {

const Registration<ServerPreset> registration{{
    .name = "gcp_a4_high",
    .summary = "Google Cloud A4 High: 8 B200 on NVSwitch at 900 GB/s each way, 8 NICs of "
               "400 Gb/s",
    .reference = "NVIDIA Blackwell technical brief, 2024; Compute Engine documentation, "
                 "GPU network bandwidth; PCIe 5.0; latencies (uncalibrated) from NCCL "
                 "v2.30.7 src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 900_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kBlackwell, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::gcp_a4_high
