// Amazon EC2 p5.48xlarge. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink4 links of 25 GB/s each way to the NVSwitches, 450 GB/s in all:
//    NVIDIA H100 Tensor Core GPU Architecture (white paper, 2022).
//  - 32 NICs (EFA) of 100 Gb/s, 3200 Gb/s in all: Amazon EC2 User Guide, EFA configuration of P5
//    instances; 4 for each GPU, each at PCIe gen4 x8, 16 GT/s x 8 lanes x 128/130 / 8 = 15.75
//    GB/s: topology file of aws-ofi-nccl, p5.48xl-topo.xml.
//  - Latency of 0.6 us through the switch: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a
//    step of Ring LL. Over the network 29 us: two g4dn with one EFA each take 64.9 us for an
//    all-reduce of 8 B, two steps and 6.6 us to start (aws-samples/aws-do-eks, wd/conf/terraform/
//    eks-efa/README.md, NCCL 2.12.7); 1 us of it is given to each PCIe link. Not calibrated.
//  - CPU: EPYC 7R13: the user guide.
//  - What the network plugin tells NCCL of its latency: 75 us, aws-ofi-nccl, platform-aws.c.
#include "topology/preset.hpp"

namespace commsim::aws_p5 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "aws_p5",
    .summary = "Amazon EC2 p5: 8 H100 on NVSwitch at 450 GB/s each way, 32 EFA NICs of "
               "100 Gb/s",
    .reference = "NVIDIA H100 white paper, 2022; Amazon EC2 user guide; aws-ofi-nccl "
                 "p5.48xl-topo.xml; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc and aws-samples/aws-do-eks",
    .server = {.gpus = 8,
               .nics = 32,
               .intra = "switch",
               .gpu_link = {.bandwidth = 450_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 126_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 100_Gbps, .latency = 13500_nsec},
               .facts = {.gpu = GpuGeneration::kHopper,
                         .cpu = CpuMaker::kAmd,
                         .network_latency = 75_usec}},
}};

}  // namespace
}  // namespace commsim::aws_p5
