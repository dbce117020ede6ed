// NVIDIA DGX-1 with Tesla V100. Where each figure is from:
//  - 8 GPUs, each with 6 NVLink2 links of 25 GB/s each way in a hybrid cube mesh; 2 CPUs (Intel
//    Xeon E5-2698 v4) and 4 PCIe switches, each with 2 GPUs and one of 4 NICs (ConnectX-4) of
//    100 Gb/s EDR: NVIDIA DGX-1 with Tesla V100 System Architecture (white paper WP-08437-002,
//    2017).
//  - PCIe gen3 x16: 8 GT/s x 16 lanes x 128/130 / 8 = 15.75 GB/s: PCI Express Base Specification
//    3.0.
//  - Between the CPUs 6 GB/s: what NCCL v2.30.7, src/graph/topo.h, counts for traffic between
//    devices over the QPI of a Broadwell; two QPI links carry 38.4 GB/s each way between
//    memories.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL: 1.0 us
//    over PCI, shared by the two links through a PCIe switch; 0.6 us for an NVLink between two
//    GPUs; 2.7 us over the network, of which 1.0 us for each GPU-NIC path and the rest for the
//    two links of the network switch. The table has no row for CPUs: their link counts as one of
//    PCIe. Not calibrated.
//  - CPU: Xeon E5-2698 v4: the white paper.
#include "topology/preset.hpp"

namespace commsim::dgx1_v100 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "dgx1_v100",
    .summary = "NVIDIA DGX-1 with V100: 8 GPUs with 6 NVLinks of 25 GB/s each way, 4 "
               "NICs of 100 Gb/s",
    .reference = "NVIDIA DGX-1 with Tesla V100 white paper, 2017; PCIe 3.0; CPU link "
                 "(NCCL's estimate) and latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph",
    .server = {.gpus = 8,
               .nics = 4,
               .intra = "hybrid_cube_mesh",
               .gpu_link = {.bandwidth = 25_GBps, .latency = 600_nsec},
               .nic = {.bandwidth = 100_Gbps, .latency = 350_nsec},
               .sockets = 2,
               .gpus_per_switch = 2,
               .pcie_link = {.bandwidth = 126_Gbps, .latency = 500_nsec},
               .socket_link = {.bandwidth = 6_GBps, .latency = 500_nsec},
               .facts = {.gpu = GpuGeneration::kVolta, .cpu = CpuMaker::kIntel}},
}};

}  // namespace
}  // namespace commsim::dgx1_v100
