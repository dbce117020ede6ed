// GPUs by name: the extension point for what computes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/hardware.hpp"
#include "core/registry.hpp"
#include "core/units.hpp"
#include "sim/workload/training/precision.hpp"

namespace commsim {

/// A registered GPU: Registry<Gpu>::get(name, "GPU"). Rates are the vendor's peaks without
/// sparsity. Sizes are binary: where a data sheet says 80 GB, the driver shows 80 GiB or little
/// less.
struct Gpu {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  Bytes memory;
  Bandwidth memory_bandwidth;
  /// FLOP/s of matrix products by NumberFormat; 0 where it has none of that format.
  std::array<double, 5> peak{};
  /// What share of the peak large products reach in training, found on one published step for each
  /// generation and format; 0: nobody has.
  std::array<double, 5> sustained{};
  std::string_view calibrated_on;    ///< that step
  std::int64_t multiprocessors = 0;  ///< streaming multiprocessors; 0: not stated
  double memory_share = 0;  ///< of its bandwidth that kernels reach in training; 0: as an A100's do
  double attention = 0;  ///< share of the peak that fused attention reaches; 0: as other products
  std::optional<GpuGeneration> generation = {};  ///< of NVIDIA's; nothing: of others
};

/// Peaks of products in TFLOP/s without sparsity, as data sheets have them; 0: none.
struct TeraFlops {
  double fp32 = 0;
  double tf32 = 0;
  double fp16 = 0;
  double bf16 = 0;
  double fp8 = 0;
};

/// Gpu::peak of these.
std::array<double, 5> peaks_of(const TeraFlops& dense);

/// The peak for that format. Throws RequestError with the formats that the GPU has.
double peak_flops(const Gpu& gpu, NumberFormat format);

}  // namespace commsim
