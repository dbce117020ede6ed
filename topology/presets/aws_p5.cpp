// Amazon EC2 p5.48xlarge. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink4 links of 25 GB/s each way to the NVSwitches, 450 GB/s in all:
//    NVIDIA H100 Tensor Core GPU Architecture (white paper, 2022).
//  - 32 NICs (EFA) of 100 Gb/s, 3200 Gb/s in all: Amazon EC2 User Guide, EFA configuration of P5
//    instances; 4 for each GPU, each at PCIe gen4 x8, 16 GT/s x 8 lanes x 128/130 / 8 = 15.75
//    GB/s: topology file of aws-ofi-nccl, p5.48xl-topo.xml.
//  - Latencies: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a step of Ring LL, shared
//    out as in dgx_h100.cpp: 0.6 us through the switch, 2.7 us over the network; not calibrated.
//    Nor are they of this network, which differs from InfiniBand.
#include "topology/preset.hpp"

namespace commsim::aws_p5 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "aws_p5",
    .summary = "Amazon EC2 p5: 8 H100 on NVSwitch at 450 GB/s each way, 32 EFA NICs of "
               "100 Gb/s",
    .reference = "NVIDIA H100 white paper, 2022; Amazon EC2 user guide; aws-ofi-nccl "
                 "p5.48xl-topo.xml; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 32,
               .intra = "switch",
               .gpu_link = {.bandwidth = 450_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 126_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 100_Gbps, .latency = 350_nsec}},
}};

}  // namespace
}  // namespace commsim::aws_p5
