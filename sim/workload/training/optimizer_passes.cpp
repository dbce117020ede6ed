#include "sim/workload/training/optimizer_passes.hpp"

namespace commsim {

namespace {

constexpr std::int64_t kMasterWidth = 4;  // bytes of a number in single precision

}  // namespace

std::int64_t summing_bytes(const Precision& precision) {
  constexpr std::int64_t kZeroedReadAndWritten = 3;
  return kZeroedReadAndWritten * precision.gradient;
}

std::int64_t update_bytes(const Precision& precision) {
  const bool has_copy = precision.weight < kMasterWidth && precision.optimizer >= kMasterWidth;
  const std::int64_t states = 2 * precision.optimizer;
  if (!has_copy) return 2 * precision.gradient + 2 * precision.weight + states;
  const std::int64_t widened =
      precision.gradient < kMasterWidth ? precision.gradient + kMasterWidth : 0;
  const std::int64_t unscaled = precision.compute == NumberFormat::kFp16 ? 2 * kMasterWidth : 0;
  const std::int64_t norm_and_adam = 2 * kMasterWidth;
  const std::int64_t rounded = kMasterWidth + precision.weight;
  return widened + unscaled + norm_and_adam + states + rounded;
}

Duration optimizer_time(const Roofline& roofline, const StepParameters& parameters) {
  const Precision& precision = roofline.precision;
  const auto bytes = [](std::int64_t count, std::int64_t each) {
    return static_cast<double>(count) * static_cast<double>(each);
  };
  return operation_time(roofline, precision.compute, 0,
                        bytes(parameters.summed, summing_bytes(precision)) +
                            bytes(parameters.updated, update_bytes(precision)));
}

}  // namespace commsim
