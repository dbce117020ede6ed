#include "sim/engine/ring_kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/random.hpp"
#include "sim/engine/cause.hpp"

namespace commsim::ring_kernel_test {
namespace {

using Numbers = std::vector<std::int64_t>;

// Small numbers, so that many are equal.
Numbers random_numbers(Random& random, std::size_t count) {
  Numbers numbers(count);
  for (std::int64_t& number : numbers) number = static_cast<std::int64_t>(random.below(4));
  numbers.back() = numbers.front();
  return numbers;
}

struct Ring {
  Numbers wires, entries, hop_latency, at, transfer, latency, through;

  Ring(Random& random, std::size_t slots)
      : wires(random_numbers(random, slots + 1)),
        entries(random_numbers(random, slots + 1)),
        hop_latency(random_numbers(random, slots + 1)),
        at(random_numbers(random, slots + 1)),
        transfer(random_numbers(random, slots + 1)),
        latency(random_numbers(random, slots + 1)),
        through(random_numbers(random, slots + 1)) {}

  RingStep step(bool queues) {
    return {.slots = at.size() - 1,
            .wires = wires.data(),
            .hop_latency = hop_latency.data(),
            .at = at.data(),
            .transfer = transfer.data(),
            .latency = latency.data(),
            .entries = queues ? entries.data() : nullptr,
            .through = queues ? through.data() : nullptr};
  }
  [[nodiscard]] Cause cause(std::size_t slot) const {
    return {.at = SimTime{Duration{at[slot]}},
            .path = {.transfer = Duration{transfer[slot]}, .latency = Duration{latency[slot]}}};
  }
};

// What slot i ends its step by, in the words of the engine.
Cause expected_end(const Ring& ring, std::size_t i, bool queues) {
  const Duration entry{queues ? ring.entries[i] : ring.wires[i]};
  Cause end = ring.cause(i);
  end.at += entry;
  end.path.transfer += entry;
  Cause arrival = ring.cause(i + 1);
  if (queues) arrival.at = std::max(arrival.at, SimTime{Duration{ring.through[i + 1]}});
  arrival.at += Duration{ring.wires[i + 1] + ring.hop_latency[i + 1]};
  arrival.path.transfer += Duration{ring.wires[i + 1]};
  arrival.path.latency += Duration{ring.hop_latency[i + 1]};
  end.raise_to(arrival);
  return end;
}

// Every number of slots around the width of a vector.
TEST(RingKernel, DecidesAsCausesDo) {
  Random random(1);
  for (std::size_t slots = 1; slots < 40; ++slots) {
    for (int i = 0; i < 50; ++i) {
      for (const bool queues : {false, true}) {
        const Ring before(random, slots);
        Ring after = before;
        ring_step(after.step(queues));
        for (std::size_t slot = 0; slot < slots; ++slot) {
          EXPECT_EQ(after.cause(slot), expected_end(before, slot, queues));
        }
      }
    }
  }
}

TEST(RingKernel, CountsWhoLeavesAfterItHasHeard) {
  Random random(2);
  for (std::size_t slots = 1; slots < 40; ++slots) {
    const Ring before(random, slots);
    Ring after = before;
    std::int64_t late = 0;
    for (std::size_t i = 0; i < slots; ++i) {
      const std::int64_t heard = before.at[i + 1] + before.wires[i + 1] + before.hop_latency[i + 1];
      late += before.wires[i] > 0 && before.at[i] + before.wires[i] > heard ? 1 : 0;
    }
    EXPECT_EQ(ring_step(after.step(false)), late);
  }
}

}  // namespace
}  // namespace commsim::ring_kernel_test
