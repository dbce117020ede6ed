// NVIDIA GB200 NVL72: a rack is one server here, because its GPUs share one NVLink domain;
// `servers: 4` are four racks. Where each figure is from:
//  - 72 GPUs in 18 compute trays, each GPU with 18 NVLink5 links of 50 GB/s each way, one to
//    each of 18 NVSwitch chips, 900 GB/s in all (130 TB/s counts 72 GPUs and both ways): NVIDIA
//    Blackwell Architecture Technical Brief, 2024.
//  - 72 NICs (ConnectX-7), one 400 Gb/s port for each GPU, 4 in a tray: NVIDIA DGX SuperPOD
//    Reference Architecture with DGX GB200 systems, compute tray.
//  - GPU to NIC: the NIC's PCIe gen5 x16 at the Grace CPU, 32 GT/s x 16 lanes x 128/130 / 8 = 63
//    GB/s (PCI Express Base Specification 5.0); NVLink-C2C between CPU and GPU is wider, 450
//    GB/s each way.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//  - CPU: Grace, which is Arm.
#include "topology/preset.hpp"

namespace commsim::gb200_nvl72 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "gb200_nvl72",
    .summary = "NVIDIA GB200 NVL72: 72 GPUs in one NVLink domain at 900 GB/s each way, "
               "72 NICs of 400 Gb/s",
    .reference = "NVIDIA Blackwell architecture technical brief, 2024; DGX SuperPOD with "
                 "DGX GB200; PCIe 5.0; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 72,
               .nics = 72,
               .intra = "switch",
               .gpu_link = {.bandwidth = 900_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec},
               .facts = {.gpu = GpuGeneration::kBlackwell, .cpu = CpuMaker::kOther}},
}};

}  // namespace
}  // namespace commsim::gb200_nvl72
