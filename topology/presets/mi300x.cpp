// AMD Instinct MI300X platform: 8 accelerators on one baseboard. Where each figure is from:
//  - Each accelerator has 7 Infinity Fabric links of 16 lanes at 32 Gb/s, 64 GB/s each way (128
//    GB/s counts both ways), one to each other accelerator: AMD CDNA 3 Architecture (white
//    paper, 2023); AMD Instinct MI300X Platform data sheet (896 GB/s is 7 links, both ways).
//  - 8 NICs of 400 Gb/s, one for each accelerator: AMD Instinct MI300X cluster reference
//    architecture guide; a choice of the server's builder, not of the board.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL: its
//    NVLink row (0.6 us) for a link between GPUs, 2.7 us over the network, shared out as in
//    dgx_h100.cpp. They are of another vendor's hardware and not calibrated.
#include "topology/preset.hpp"

namespace commsim::mi300x {
namespace {

const Registration<ServerPreset> registration{{
    .name = "mi300x",
    .summary = "AMD Instinct MI300X platform: 8 GPUs, 64 GB/s each way between each two, "
               "8 NICs of 400 Gb/s",
    .reference = "AMD CDNA 3 white paper, 2023; MI300X platform data sheet; PCIe 5.0; "
                 "latencies (uncalibrated) from NCCL v2.30.7 src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "mesh",
               .gpu_link = {.bandwidth = 64_GBps, .latency = 600_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 350_nsec}},
}};

}  // namespace
}  // namespace commsim::mi300x
