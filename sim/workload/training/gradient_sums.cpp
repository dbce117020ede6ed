#include "sim/workload/training/gradient_sums.hpp"

namespace commsim {

Work gradient_sums(const Parallelism& parallelism, std::int64_t parameters) {
  const std::int64_t passes = parallelism.micro_batches();
  if (parallelism.fused_gradients || passes < 2) return {};
  const Precision& precision = parallelism.precision;
  const std::int64_t bytes = parameters * (precision.weight + 2 * precision.gradient);
  return {.streams = {{"gradient_sums", bytes - bytes / passes}}};
}

}  // namespace commsim
