// A server of PCIe cards around one CPU, no certain product. Where each figure is from:
//  - 4 GPUs and 2 NICs of 200 Gb/s, two GPUs and a NIC behind each of 2 PCIe switches: the
//    balanced shape that the NVIDIA-Certified Systems Configuration Guide asks for.
//  - PCIe gen4 x16: 16 GT/s x 16 lanes x 128/130 / 8 = 31.5 GB/s: PCI Express Base Specification
//    4.0.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL: 1.0 us
//    over PCI, shared by the two links through a PCIe switch; 2.7 us over the network, of which
//    1.0 us for each GPU-NIC path and the rest for the two links of the network switch. The
//    table has no row for CPUs: their link counts as one of PCIe. Not calibrated.
#include "topology/preset.hpp"

namespace commsim::pcie_box {
namespace {

const Registration<ServerPreset> registration{{
    .name = "pcie_box",
    .summary = "PCIe server with one CPU: 4 GPUs and 2 NICs of 200 Gb/s behind 2 PCIe "
               "gen4 switches",
    .reference = "NVIDIA-Certified Systems Configuration Guide; PCIe 4.0; latencies "
                 "(uncalibrated) from NCCL v2.30.7 src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 4,
               .nics = 2,
               .intra = "pcie",
               .nic = {.bandwidth = 200_Gbps, .latency = 350_nsec},
               .sockets = 1,
               .gpus_per_switch = 2,
               .pcie_link = {.bandwidth = 252_Gbps, .latency = 500_nsec},
               .socket_link = {.bandwidth = 16_GBps, .latency = 500_nsec}},
}};

}  // namespace
}  // namespace commsim::pcie_box
