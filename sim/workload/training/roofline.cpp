#include "sim/workload/training/roofline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace commsim {
namespace roofline_time {
namespace {

constexpr double kPicoseconds = 1e12;

double seconds_of(double work, double rate, const EfficiencyCurve& curve) {
  return work == 0 ? 0 : work / (rate * curve.at(work));
}

Duration rounded_up(double seconds) {
  const double picoseconds = std::ceil(seconds * kPicoseconds);
  if (picoseconds >= static_cast<double>(INT64_MAX)) throw_time_overflow();
  return Duration{static_cast<std::int64_t>(picoseconds)};
}

Duration sum(Duration a, Duration b) { return later(SimTime{a}, b).time_since_epoch(); }

}  // namespace
}  // namespace roofline_time

ComputeEfficiency efficiency_of(const Gpu& gpu, NumberFormat format) {
  constexpr double kMultiprocessorsOfA100 = 108;
  const double half =
      gpu.multiprocessors == 0
          ? kHalfOfA100
          : kHalfOfA100 * static_cast<double>(gpu.multiprocessors) / kMultiprocessorsOfA100;
  const double memory = gpu.memory_share > 0 ? gpu.memory_share : kMemoryOfA100;
  const double sustained = gpu.sustained[static_cast<std::size_t>(format)];
  ComputeEfficiency efficiency =
      sustained > 0
          ? training_efficiency(sustained, fmt::format("calibrated on {}", gpu.calibrated_on), half,
                                memory)
          : training_efficiency(
                kAssumedSustained,
                fmt::format("assumed: nobody has calibrated {} of {}", to_text(format), gpu.name),
                half, memory);
  if (gpu.attention > 0) efficiency.attention = EfficiencyCurve::constant(gpu.attention);
  return efficiency;
}

namespace {

Duration time_of(const Roofline& roofline, NumberFormat format, const EfficiencyCurve& of_products,
                 double flops, double bytes) {
  using namespace roofline_time;
  if (!(flops >= 0 && bytes >= 0) || !std::isfinite(flops) || !std::isfinite(bytes)) {
    throw RequestError(
        fmt::format("FLOPs and bytes are finite and not negative, not {} and {}", flops, bytes));
  }
  const Gpu& gpu = *roofline.gpu;
  const double computing = flops == 0 ? 0 : seconds_of(flops, peak_flops(gpu, format), of_products);
  const double moving =
      seconds_of(bytes, gpu.memory_bandwidth.bytes_per_second(), roofline.efficiency.memory);
  return rounded_up(std::max(computing, moving));
}

}  // namespace

Duration operation_time(const Roofline& roofline, NumberFormat format, double flops, double bytes) {
  return time_of(roofline, format, roofline.efficiency.of_products(format), flops, bytes);
}

Duration product_time(const Roofline& roofline, const Product& product) {
  const double bytes =
      static_cast<double>(product.numbers()) * static_cast<double>(roofline.precision.activation);
  // Attention stays in 16 bits where other products are of fp8.
  const NumberFormat format = product.fused && roofline.precision.compute == NumberFormat::kFp8
                                  ? NumberFormat::kBf16
                                  : roofline.precision.compute;
  const auto& attention = roofline.efficiency.attention;
  const EfficiencyCurve& curve =
      product.fused && attention ? *attention : roofline.efficiency.of_products(format);
  return time_of(roofline, format, curve, product.flops(), bytes);
}

Duration stream_time(const Roofline& roofline, const Stream& stream) {
  return operation_time(roofline, roofline.precision.compute, 0, static_cast<double>(stream.bytes));
}

Duration work_time(const Roofline& roofline, const Work& work) {
  Duration time{0};
  for (const Product& product : work.products) {
    time = roofline_time::sum(time, product_time(roofline, product));
  }
  for (const Stream& stream : work.streams) {
    time = roofline_time::sum(time, stream_time(roofline, stream));
  }
  return time;
}

Duration forward_time(const Roofline& roofline, const ModelLayer& layer, std::int64_t samples) {
  const auto count = static_cast<double>(samples);
  return operation_time(roofline, roofline.precision.compute, count * layer.forward_flops,
                        2 * count * static_cast<double>(layer.activations) *
                            static_cast<double>(roofline.precision.activation));
}

Duration backward_time(const Roofline& roofline, const ModelLayer& layer, std::int64_t samples) {
  const auto count = static_cast<double>(samples);
  return operation_time(roofline, roofline.precision.compute, count * layer.backward_flops,
                        4 * count * static_cast<double>(layer.activations) *
                            static_cast<double>(roofline.precision.activation));
}

}  // namespace commsim
