#include "sim/workload/training/gpu.hpp"

namespace commsim::nvidia_gpus {
namespace {

constexpr TeraFlops kVolta{.fp32 = 15.7, .fp16 = 125};
constexpr TeraFlops kAmpere{.fp32 = 19.5, .tf32 = 156, .fp16 = 312, .bf16 = 312};
constexpr std::string_view kAmpereStep =
    "the step of 530B on 280 A100 with full recomputation (arXiv:2205.05198, table 5)";
constexpr std::string_view kVoltaStep =
    "the step of 1.16B on one V100 of a DGX-2 (README of Megatron-LM 2)";
// What kernels reach of the memory's bandwidth, from those that were timed on an A100 and on an
// H100 of 80 GB (tests/unit/published_kernels_test.cpp). Where memory is slower or faster than
// theirs, sums take as large a share of it, but what other kernels do in a second depends on the
// multiprocessors alone, as long as that is no larger share.
constexpr double kVoltaMemory = 0.79;
constexpr double kSmallAmpereMemory = 0.77;
constexpr double kHopperMemory = 0.78;
constexpr double kFastHopperMemory = 0.60;
// Of fused attention the middle of what is published: on A100 FlashAttention-2 reaches 50 to 73 %
// of the peak (arXiv:2307.08691), on H100 it reaches 35 % and FlashAttention-3 75 %
// (arXiv:2407.08608).
constexpr double kAmpereAttention = 0.615;
constexpr double kHopperAttention = 0.55;
constexpr std::string_view kHopperStep =
    "bf16: the step of 314B on 3,072 H100 (Megatron-Core 0.8); fp8: Llama 3.1 405B on 512 H100 "
    "(MLPerf training v5.0); both with overlap.tensor_pieces";
constexpr TeraFlops kHopper{.fp32 = 67, .tf32 = 494.7, .fp16 = 989.4, .bf16 = 989.4, .fp8 = 1978.9};

const Registration<Gpu> kV100Small{{
    .name = "v100_16gb",
    .summary = "V100 SXM2, 16 GB",
    .reference = "NVIDIA Tesla V100 data sheet, 2018",
    .memory = 16_GiB,
    .memory_bandwidth = 900_GBps,
    .peak = peaks_of(kVolta),
    .sustained = {0, 0, 0.8554, 0, 0},
    .calibrated_on = kVoltaStep,
    .multiprocessors = 80,
    .memory_share = kVoltaMemory,
    .generation = GpuGeneration::kVolta,
}};

const Registration<Gpu> kV100{{
    .name = "v100_32gb",
    .summary = "V100 SXM2 or SXM3, 32 GB",
    .reference = "NVIDIA V100 data sheet, 2020",
    .memory = 32_GiB,
    .memory_bandwidth = 900_GBps,
    .peak = peaks_of(kVolta),
    .sustained = {0, 0, 0.8554, 0, 0},
    .calibrated_on = kVoltaStep,
    .multiprocessors = 80,
    .memory_share = kVoltaMemory,
    .generation = GpuGeneration::kVolta,
}};

const Registration<Gpu> kA100Small{{
    .name = "a100_40gb",
    .summary = "A100 SXM4, 40 GB",
    .reference = "NVIDIA A100 Tensor Core GPU data sheet, 2021",
    .memory = 40_GiB,
    .memory_bandwidth = 1555_GBps,
    .peak = peaks_of(kAmpere),
    .sustained = {0, 0, 0.7914, 0.7914, 0},
    .calibrated_on = kAmpereStep,
    .multiprocessors = 108,
    .memory_share = kSmallAmpereMemory,
    .attention = kAmpereAttention,
    .generation = GpuGeneration::kAmpere,
}};

const Registration<Gpu> kA100{{
    .name = "a100_80gb",
    .summary = "A100 SXM4, 80 GB",
    .reference = "NVIDIA A100 Tensor Core GPU data sheet, 2021",
    .memory = 80_GiB,
    .memory_bandwidth = 2039_GBps,
    .peak = peaks_of(kAmpere),
    .sustained = {0, 0, 0.7914, 0.7914, 0},
    .calibrated_on = kAmpereStep,
    .multiprocessors = 108,
    .attention = kAmpereAttention,
    .generation = GpuGeneration::kAmpere,
}};

const Registration<Gpu> kH100{{
    .name = "h100",
    .summary = "H100 SXM5, 80 GB",
    .reference = "NVIDIA H100 Tensor Core GPU data sheet, 2023; without sparsity",
    .memory = 80_GiB,
    .memory_bandwidth = 3350_GBps,
    .peak = peaks_of(kHopper),
    .sustained = {0, 0, 0.5451, 0.5451, 0.5111},
    .calibrated_on = kHopperStep,
    .multiprocessors = 132,
    .memory_share = kHopperMemory,
    .attention = kHopperAttention,
    .generation = GpuGeneration::kHopper,
}};

const Registration<Gpu> kH200{{
    .name = "h200",
    .summary = "H200 SXM5, 141 GB",
    .reference = "NVIDIA H200 Tensor Core GPU data sheet, 2024; without sparsity",
    .memory = 141_GiB,
    .memory_bandwidth = 4800_GBps,
    .peak = peaks_of(kHopper),
    .sustained = {0, 0, 0.5451, 0.5451, 0.5111},
    .calibrated_on = kHopperStep,
    .multiprocessors = 132,
    .memory_share = kFastHopperMemory,
    .attention = kHopperAttention,
    .generation = GpuGeneration::kHopper,
}};

const Registration<Gpu> kB200{{
    .name = "b200",
    .summary = "B200 as in HGX and DGX B200, 180 GB",
    .reference = "NVIDIA DGX B200 and HGX data sheets, 2024: an eighth of a server, and half of "
                 "the peaks with sparsity",
    .memory = 180_GiB,
    .memory_bandwidth = 8000_GBps,
    .peak = peaks_of({.fp32 = 75, .tf32 = 1125, .fp16 = 2250, .bf16 = 2250, .fp8 = 4500}),
    .multiprocessors = 148,
    .generation = GpuGeneration::kBlackwell,
}};

}  // namespace
}  // namespace commsim::nvidia_gpus
