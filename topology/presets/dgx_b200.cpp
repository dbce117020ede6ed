// NVIDIA DGX B200, and other servers on the HGX B200 board. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink5 links of 50 GB/s each way to the NVSwitches, 900 GB/s in all
//    (1.8 TB/s counts both ways): NVIDIA Blackwell Architecture Technical Brief, 2024.
//  - 8 compute NICs (ConnectX-7), one 400 Gb/s port each (two to each of 4 OSFP cages): NVIDIA
//    DGX B200 System User Guide.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//  - CPU: Xeon Platinum 8570: the user guide.
#include "topology/preset.hpp"

namespace commsim::dgx_b200 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "dgx_b200",
    .summary = "NVIDIA DGX B200 (HGX B200): 8 GPUs on NVSwitch at 900 GB/s each way, 8 "
               "NICs of 400 Gb/s",
    .reference = "NVIDIA Blackwell architecture technical brief, 2024; DGX B200 user "
                 "guide; PCIe 5.0; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 900_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kBlackwell, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::dgx_b200
