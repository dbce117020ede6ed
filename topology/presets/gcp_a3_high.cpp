// Google Cloud a3-highgpu-8g. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink4 links of 25 GB/s each way to the NVSwitches, 450 GB/s in all:
//    NVIDIA H100 Tensor Core GPU Architecture (white paper, 2022).
//  - 4 NICs of 200 Gb/s for GPUs, besides one for the host that is left out here (1000 Gb/s with
//    it): Google Compute Engine documentation, network bandwidths and GPUs. Each is shared by 2
//    GPUs.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//    Nor are they of this network, which differs from InfiniBand.
//  - CPU: Sapphire Rapids: Compute Engine documentation, machine families.
#include "topology/preset.hpp"

namespace commsim::gcp_a3_high {
namespace {

const Registration<ServerPreset> registration{{
    .name = "gcp_a3_high",
    .summary = "Google Cloud A3 High: 8 H100 on NVSwitch at 450 GB/s each way, 4 NICs of "
               "200 Gb/s",
    .reference = "NVIDIA H100 white paper, 2022; Compute Engine documentation, GPU network "
                 "bandwidth; PCIe 5.0; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 4,
               .intra = "switch",
               .gpu_link = {.bandwidth = 450_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 200_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kHopper, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::gcp_a3_high
