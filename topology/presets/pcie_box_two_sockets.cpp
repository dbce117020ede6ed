// A server of PCIe cards around two CPUs, no certain product. Where each figure is from:
//  - 8 GPUs and 4 NICs of 200 Gb/s, two GPUs and a NIC behind each of 4 PCIe switches, two of
//    these behind each CPU: the balanced shape that the NVIDIA-Certified Systems Configuration
//    Guide asks for.
//  - PCIe gen4 x16: 16 GT/s x 16 lanes x 128/130 / 8 = 31.5 GB/s: PCI Express Base Specification
//    4.0.
//  - Between the CPUs 16 GB/s: what NCCL v2.30.7, src/graph/topo.h, counts for traffic between
//    devices over AMD's link between sockets.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL: 1.0 us
//    over PCI, shared by the two links through a PCIe switch; 2.7 us over the network, of which
//    1.0 us for each GPU-NIC path and the rest for the two links of the network switch. The
//    table has no row for CPUs: their link counts as one of PCIe. Not calibrated.
#include "topology/preset.hpp"

namespace commsim::pcie_box_two_sockets {
namespace {

const Registration<ServerPreset> registration{{
    .name = "pcie_box_two_sockets",
    .summary = "PCIe server with two CPUs: 8 GPUs and 4 NICs of 200 Gb/s behind 4 PCIe "
               "gen4 switches",
    .reference = "NVIDIA-Certified Systems Configuration Guide; PCIe 4.0; CPU link (NCCL's "
                 "estimate) and latencies (uncalibrated) from NCCL v2.30.7 src/graph",
    .server = {.gpus = 8,
               .nics = 4,
               .intra = "pcie",
               .nic = {.bandwidth = 200_Gbps, .latency = 350_nsec},
               .sockets = 2,
               .gpus_per_switch = 2,
               .pcie_link = {.bandwidth = 252_Gbps, .latency = 500_nsec},
               .socket_link = {.bandwidth = 16_GBps, .latency = 500_nsec}},
}};

}  // namespace
}  // namespace commsim::pcie_box_two_sockets
