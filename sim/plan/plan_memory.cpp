#include "sim/plan/plan_memory.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/quantity_text.hpp"
#include "sim/workload/step/fleet_stages.hpp"
#include "sim/workload/training/memory.hpp"

namespace commsim::plan_memory {
namespace {

// "0.9" or "90 %"; 0 where it is neither.
double share_of(std::string text) {
  double whole = 1;
  if (text.ends_with('%')) {
    text.pop_back();
    while (text.ends_with(' ')) text.pop_back();
    whole = 100;
  }
  try {
    return parse_number(text) / whole;
  } catch (const RequestError&) {
    return 0;
  }
}

Bytes amount_of(const std::string& text) {
  try {
    return parse_bytes(text);
  } catch (const RequestError&) {
    return 0_B;
  }
}

bool exceeds(const MemoryLimit& limit, const MemoryUse& use, const Gpu& gpu) {
  const Bytes total = use.total();
  if (limit.amount > 0_B) return total > limit.amount;
  return static_cast<double>(total.count()) > limit.share * static_cast<double>(gpu.memory.count());
}

}  // namespace
}  // namespace commsim::plan_memory

namespace commsim {

std::string MemoryLimit::text() const {
  const std::string most = amount > 0_B ? to_text(amount) : fmt::format("{:g} %", 100 * share);
  return most + " of a GPU's memory";
}

MemoryLimit parsed_memory_limit(const std::string& text) {
  const double share = plan_memory::share_of(text);
  if (share > 0 && share <= 1) return {.share = share};
  const Bytes amount = plan_memory::amount_of(text);
  if (amount > 0_B) return {.amount = amount};
  throw RequestError(
      fmt::format("'{}' is neither a share of a GPU's memory, as 0.9 and 90 % are, nor an amount "
                  "for each GPU, as 70 GiB is",
                  text));
}

bool exceeds(const MemoryLimit& limit, const TrainingJob& job) {
  const auto gpus = smallest_gpus(job, replica_classes(job.gpus, job.parallelism, job.order));
  const auto* model = std::get_if<TransformerModel>(&job.shape);
  if (model == nullptr) {
    const MemoryUse use = memory(std::get<LayerList>(job.shape), job.parallelism);
    return plan_memory::exceeds(limit, use, *gpus.front());
  }
  for (std::int64_t stage = 0; stage < job.parallelism.pipeline; ++stage) {
    const MemoryUse use = stage_memory(*model, job.parallelism, stage);
    if (plan_memory::exceeds(limit, use, *gpus[index(stage)])) return true;
  }
  return false;
}

}  // namespace commsim
