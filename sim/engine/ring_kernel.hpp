// The inner loop of RingRecurrence, on plain arrays, so that compilers make vectors of it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace commsim {

/// One step of a ring, by slot, in picoseconds. Each slot hears from the one behind it; what stands
/// behind the last one of `slots` is slot 0 as it was before the step. Arrays do not overlap.
struct RingStep {
  std::size_t slots = 0;
  const std::int64_t* wires = nullptr;        ///< L / B of what a slot sends
  const std::int64_t* hop_latency = nullptr;  ///< of the way that it takes
  std::int64_t* at = nullptr;                 ///< the end of the step before, then of this one
  std::int64_t* transfer = nullptr;           ///< of the path that leads to it
  std::int64_t* latency = nullptr;            ///< likewise
  /// Where a message may have to wait for the one before it: the time until it has left its sender,
  /// and when the latest one was through the narrowest link. Else nullptr.
  const std::int64_t* entries = nullptr;
  std::int64_t* through = nullptr;
};

/// Makes the step. Returns how many messages left after their sender had heard from the other one.
std::int64_t ring_step(const RingStep& step);

}  // namespace commsim
