#include "sim/workload/training/gpu.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/error.hpp"

namespace commsim {

std::array<double, 5> peaks_of(const TeraFlops& dense) {
  constexpr double kTera = 1e12;
  return {dense.fp32 * kTera, dense.tf32 * kTera, dense.fp16 * kTera, dense.bf16 * kTera,
          dense.fp8 * kTera};
}

double peak_flops(const Gpu& gpu, NumberFormat format) {
  const double peak = gpu.peak.at(static_cast<std::size_t>(format));
  if (peak > 0) return peak;
  std::vector<std::string_view> legal;
  for (std::size_t i = 0; i < gpu.peak.size(); ++i) {
    if (gpu.peak.at(i) > 0) legal.push_back(number_formats().at(i));
  }
  throw RequestError(fmt::format("a {} has no products of {}; legal: {}", gpu.name, to_text(format),
                                 fmt::join(legal, ", ")));
}

}  // namespace commsim
