// NVIDIA DGX H200, and other servers on the HGX H200 board. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink4 links of 25 GB/s each way to 4 NVSwitches, 450 GB/s in all
//    (900 GB/s counts both ways): NVIDIA H200 Tensor Core GPU data sheet, 2024.
//  - 8 compute NICs (ConnectX-7), one 400 Gb/s NDR port each: NVIDIA DGX H100/H200 System User
//    Guide.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//  - CPU: Xeon Platinum 8480C: the user guide.
#include "topology/preset.hpp"

namespace commsim::dgx_h200 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "dgx_h200",
    .summary = "NVIDIA DGX H200 (HGX H200): 8 GPUs on NVSwitch at 450 GB/s each way, 8 "
               "NICs of 400 Gb/s",
    .reference = "NVIDIA H200 data sheet, 2024; DGX H100/H200 user guide; PCIe 5.0; "
                 "latencies (uncalibrated) from NCCL v2.30.7 src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 450_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kHopper, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::dgx_h200
