// Amazon EC2 p4d.24xlarge; p4de.24xlarge differs in memory alone. Where each figure is from:
//  - 8 GPUs, each with 12 NVLink3 links of 25 GB/s each way to the NVSwitches, 300 GB/s in all:
//    NVIDIA A100 Tensor Core GPU Architecture (white paper, 2020).
//  - 4 NICs (EFA) of 100 Gb/s, 400 Gb/s in all: Amazon EC2 User Guide, network cards; each
//    shared by 2 GPUs behind one PCIe switch, PCIe gen3 x16, 8 GT/s x 16 lanes x 128/130 / 8 =
//    15.75 GB/s: topology file of aws-ofi-nccl, p4d-24xl-topo.xml.
//  - Latency of 0.6 us through the switch: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a
//    step of Ring LL. Over the network 29 us: two g4dn with one EFA each take 64.9 us for an
//    all-reduce of 8 B, two steps and 6.6 us to start (aws-samples/aws-do-eks, wd/conf/terraform/
//    eks-efa/README.md, NCCL 2.12.7); 1 us of it is given to each PCIe link. Not calibrated.
//  - CPU: Cascade Lake: the user guide.
//  - What the network plugin tells NCCL of its latency: 75 us, aws-ofi-nccl, platform-aws.c.
#include "topology/preset.hpp"

namespace commsim::aws_p4d {
namespace {

const Registration<ServerPreset> registration{{
    .name = "aws_p4d",
    .summary = "Amazon EC2 p4d and p4de: 8 A100 on NVSwitch at 300 GB/s each way, 4 EFA "
               "NICs of 100 Gb/s",
    .reference = "NVIDIA A100 white paper, 2020; Amazon EC2 user guide; aws-ofi-nccl "
                 "p4d-24xl-topo.xml; latencies (uncalibrated) from NCCL v2.30.7 "
                 "src/graph/tuning.cc and aws-samples/aws-do-eks",
    .server = {.gpus = 8,
               .nics = 4,
               .intra = "switch",
               .gpu_link = {.bandwidth = 300_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 126_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 100_Gbps, .latency = 13500_nsec},
               .nvls = false,
               .facts = {.gpu = GpuGeneration::kAmpere,
                         .cpu = CpuMaker::kIntel,
                         .network_latency = 75_usec}},
}};

}  // namespace
}  // namespace commsim::aws_p4d
