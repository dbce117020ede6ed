#include "sim/workload/training/gpu.hpp"

namespace commsim::amd_gpus {
namespace {

const Registration<Gpu> kMi300x{{
    .name = "mi300x",
    .summary = "Instinct MI300X, 192 GB",
    .reference = "AMD Instinct MI300X data sheet, 2023; without sparsity",
    .memory = 192_GiB,
    .memory_bandwidth = 5300_GBps,
    .peak = peaks_of({.fp32 = 163.4, .tf32 = 653.7, .fp16 = 1307.4, .bf16 = 1307.4, .fp8 = 2614.9}),
}};

}  // namespace
}  // namespace commsim::amd_gpus
