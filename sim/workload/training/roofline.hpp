// How long a GPU takes for some work: the roofline of Williams et al. (CACM 52, 2009) with
// efficiencies that depend on size,
//   T = max(FLOPs / (peak * efficiency), bytes / (bandwidth * efficiency)).
#pragma once

#include "core/units.hpp"
#include "sim/workload/training/efficiency.hpp"
#include "sim/workload/training/gpu.hpp"
#include "sim/workload/training/layer_list.hpp"
#include "sim/workload/training/work.hpp"

namespace commsim {

/// What prices work: a GPU, how well it computes, and in which formats.
struct Roofline {
  const Gpu* gpu = nullptr;
  ComputeEfficiency efficiency = published_efficiency();
  Precision precision;

  friend bool operator==(const Roofline&, const Roofline&) = default;
};

/// The efficiency of that GPU in that format: calibrated, or assumed, as its source says. Products
/// are cut into tiles that are dealt out to multiprocessors, so that those of half efficiency grow
/// with their number ("Matrix multiplication background", NVIDIA deep learning performance guide).
ComputeEfficiency efficiency_of(const Gpu& gpu, NumberFormat format);

/// One operation, rounded up to the picosecond; no work takes no time. Throws RequestError for a
/// format that the GPU does not have, for FLOPs or bytes that are negative or not finite, and where
/// the clock ends.
Duration operation_time(const Roofline& roofline, NumberFormat format, double flops, double bytes);

/// All of a kind one after another: `count` products are one operation, as batched kernels are.
Duration product_time(const Roofline& roofline, const Product& product);
Duration stream_time(const Roofline& roofline, const Stream& stream);
Duration work_time(const Roofline& roofline, const Work& work);

/// A layer of a list for so many samples; what it keeps is what it reads and writes.
Duration forward_time(const Roofline& roofline, const ModelLayer& layer, std::int64_t samples);
Duration backward_time(const Roofline& roofline, const ModelLayer& layer, std::int64_t samples);

}  // namespace commsim
