#include "sim/engine/ring_kernel.hpp"

namespace commsim::ring_kernel {
namespace {

// Pointers are parameters of their own, since compilers believe __restrict of nothing else.
template <bool kQueues>
[[gnu::always_inline]] inline std::int64_t all_slots(
    std::size_t slots, const std::int64_t* __restrict wires, const std::int64_t* __restrict entries,
    const std::int64_t* __restrict hop_latency, std::int64_t* __restrict at,
    std::int64_t* __restrict transfer, std::int64_t* __restrict latency,
    std::int64_t* __restrict through) {
  std::int64_t late = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    const std::int64_t entry = kQueues ? entries[i] : wires[i];
    const std::int64_t left = at[i] + entry;
    const std::int64_t left_transfer = transfer[i] + entry;
    const std::int64_t left_latency = latency[i];
    std::int64_t begins = at[i + 1];
    if constexpr (kQueues) begins = begins > through[i + 1] ? begins : through[i + 1];
    const std::int64_t ends = begins + wires[i + 1];
    if constexpr (kQueues) through[i + 1] = ends;
    const std::int64_t heard = ends + hop_latency[i + 1];
    const std::int64_t heard_transfer = transfer[i + 1] + wires[i + 1];
    const std::int64_t heard_latency = latency[i + 1] + hop_latency[i + 1];
    // As causes compare, but without branches.
    const bool more_latency = (heard_transfer == left_transfer) & (heard_latency > left_latency);
    const bool more_path = (heard_transfer > left_transfer) | more_latency;
    const bool decides = (heard > left) | ((heard == left) & more_path);
    late += static_cast<std::int64_t>((left > heard) & (entry > 0));
    at[i] = decides ? heard : left;
    transfer[i] = decides ? heard_transfer : left_transfer;
    latency[i] = decides ? heard_latency : left_latency;
  }
  return late;
}

}  // namespace

// Comparisons of 64 bits make vectors from AVX2 on: each function is compiled with and without it,
// and the processor decides when the program starts: too early for the thread sanitizer.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
[[gnu::target_clones("avx2", "default")]]
#endif
std::int64_t
alone(std::size_t slots, const std::int64_t* __restrict wires,
      const std::int64_t* __restrict hop_latency, std::int64_t* __restrict at,
      std::int64_t* __restrict transfer, std::int64_t* __restrict latency) {
  return all_slots<false>(slots, wires, nullptr, hop_latency, at, transfer, latency, nullptr);
}

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
[[gnu::target_clones("avx2", "default")]]
#endif
std::int64_t
in_queues(std::size_t slots, const std::int64_t* __restrict wires,
          const std::int64_t* __restrict entries, const std::int64_t* __restrict hop_latency,
          std::int64_t* __restrict at, std::int64_t* __restrict transfer,
          std::int64_t* __restrict latency, std::int64_t* __restrict through) {
  return all_slots<true>(slots, wires, entries, hop_latency, at, transfer, latency, through);
}

}  // namespace commsim::ring_kernel

namespace commsim {

std::int64_t ring_step(const RingStep& step) {
  if (step.entries == nullptr) {
    return ring_kernel::alone(step.slots, step.wires, step.hop_latency, step.at, step.transfer,
                              step.latency);
  }
  return ring_kernel::in_queues(step.slots, step.wires, step.entries, step.hop_latency, step.at,
                                step.transfer, step.latency, step.through);
}

}  // namespace commsim
