// Amazon EC2 p6-b200.48xlarge. Where each figure is from:
//  - 8 GPUs, each with 18 NVLink5 links of 50 GB/s each way to the NVSwitches, 900 GB/s in all
//    (1.8 TB/s counts both ways): NVIDIA Blackwell Architecture Technical Brief, 2024.
//  - 8 NICs (EFA) of 400 Gb/s, 3200 Gb/s in all: Amazon EC2 User Guide, network cards of
//    accelerated instances.
//  - GPU to NIC over PCIe gen5 x16: 32 GT/s x 16 lanes x 128/130 / 8 = 63 GB/s: PCI Express Base
//    Specification 5.0.
//  - Latency of 0.6 us through the switch: NCCL v2.30.7, src/graph/tuning.cc, hardware latency of a
//    step of Ring LL. Over the network 29 us: two g4dn with one EFA each take 64.9 us for an
//    all-reduce of 8 B, two steps and 6.6 us to start (aws-samples/aws-do-eks, wd/conf/terraform/
//    eks-efa/README.md, NCCL 2.12.7); 1 us of it is given to each PCIe link. Not calibrated.
//  - CPU: Emerald Rapids: the user guide.
//  - What the network plugin tells NCCL of its latency: taken to be that of p5, 75 us
//    (aws-ofi-nccl, platform-aws.c).
#include "topology/preset.hpp"

namespace commsim::aws_p6_b200 {
namespace {

const Registration<ServerPreset> registration{{
    .name = "aws_p6_b200",
    .summary = "Amazon EC2 p6-b200: 8 B200 on NVSwitch at 900 GB/s each way, 8 EFA NICs "
               "of 400 Gb/s",
    .reference = "NVIDIA Blackwell technical brief, 2024; Amazon EC2 user guide; PCIe 5.0; "
                 "latencies (uncalibrated) from NCCL v2.30.7 src/graph/tuning.cc, Ring LL",
    .server = {.gpus = 8,
               .nics = 8,
               .intra = "switch",
               .gpu_link = {.bandwidth = 900_GBps, .latency = 300_nsec},
               .gpu_nic = {.bandwidth = 504_Gbps, .latency = 1_usec},
               .nic = {.bandwidth = 400_Gbps, .latency = 13500_nsec},
               .facts = {.gpu = GpuGeneration::kBlackwell,
                         .cpu = CpuMaker::kIntel,
                         .network_latency = 75_usec}},
}};

}  // namespace
}  // namespace commsim::aws_p6_b200
