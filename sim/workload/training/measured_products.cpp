#include "sim/workload/training/measured_products.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "calibrate/fit/isotonic.hpp"
#include "core/error.hpp"

namespace commsim::measured_products_of {
namespace {

// cuBLAS computes float32 in fp32 unless it is asked for tf32, which the probe does not.
std::optional<NumberFormat> format_of(std::string_view dtype) {
  if (dtype == "float32") return NumberFormat::kFp32;
  if (dtype == "tfloat32") return NumberFormat::kTf32;
  if (dtype == "float16") return NumberFormat::kFp16;
  if (dtype == "bfloat16") return NumberFormat::kBf16;
  if (dtype.starts_with("float8")) return NumberFormat::kFp8;
  return std::nullopt;
}

EfficiencyCurve curve(const std::vector<ProductTime>& products, double peak, const Gpu& gpu) {
  std::vector<double> times;
  for (const ProductTime& product : products) {
    times.push_back(product.seconds);
    if (product.flops > product.seconds * peak) {
      throw RequestError(fmt::format(
          "products of {:.4g} FLOPs in {:.4g} s are {:.1f} TFLOP/s, and the peak of a {} is {:.1f}",
          product.flops, product.seconds, product.flops / product.seconds / 1e12, gpu.name,
          peak / 1e12));
    }
  }
  times = non_decreasing(times);
  std::vector<EfficiencyCurve::Point> points;
  for (std::size_t i = 0; i < products.size(); ++i) {
    const double flops = products[i].flops;
    // A flattened time may be below what the peak allows.
    points.push_back({.work = flops, .efficiency = std::min(1.0, flops / times[i] / peak)});
  }
  return EfficiencyCurve::table(std::move(points));
}

}  // namespace
}  // namespace commsim::measured_products_of

namespace commsim {

std::map<NumberFormat, EfficiencyCurve> measured_products(const ProductTable& table,
                                                          const Gpu& gpu) {
  using namespace measured_products_of;
  std::map<NumberFormat, EfficiencyCurve> curves;
  for (const auto& [dtype, products] : table.products) {
    const auto format = format_of(dtype);
    if (!format) continue;
    const double peak = gpu.peak.at(static_cast<std::size_t>(*format));
    if (peak > 0) curves.try_emplace(*format, curve(products, peak, gpu));
  }
  if (curves.empty()) {
    throw RequestError(fmt::format("none of its products are of a format that a {} has", gpu.name));
  }
  return curves;
}

}  // namespace commsim
