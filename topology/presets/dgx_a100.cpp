// NVIDIA DGX A100. Where each figure is from:
//  - 8 GPUs, each with 12 NVLink3 links of 25 GB/s each way to 6 NVSwitches, 300 GB/s in all:
//  NVIDIA
//    A100 Tensor Core GPU Architecture (white paper, 2020), "Third-Generation NVLink".
//  - 8 compute NICs (ConnectX-6), one 200 Gb/s HDR port each: NVIDIA DGX A100 System Architecture
//    (white paper WP-10083-001, 2020).
//  - GPU to NIC over PCIe gen4 x16: 16 GT/s x 16 lanes x 128/130 / 8 = 31.5 GB/s: PCI Express Base
//    Specification 4.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL: 0.6 us
//  over
//    NVLink, shared by the two links through the switch; 2.7 us over the network, of which 1.0 us
//    (the table's PCI row) for each GPU-NIC link and the rest for the two links of the network
//    switch. NCCL does not say how they were measured and they are not calibrated here: expect
//    small messages to be predicted too fast.
//  - CPU: EPYC 7742: the system white paper.
#include "topology/preset.hpp"

namespace commsim::dgx_a100 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "dgx_a100",
    .summary = "NVIDIA DGX A100: 8 GPUs on NVSwitch at 300 GB/s each way, 8 NICs of 200 Gb/s",
    .reference = "NVIDIA A100 architecture and DGX A100 system white papers, 2020; PCIe 4.0; "
                 "latencies (uncalibrated) from NCCL v2.30.7 src/graph/tuning.cc, Ring LL",
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
}  // namespace commsim::dgx_a100
