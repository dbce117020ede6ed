// A ring in lock step as a recurrence: in each step place i sends what takes w[i], and
//   end[i] = max(end[i] + w[i], end[i-1] + w[i-1] + latency[i-1])
// which is linear in max-plus algebra (Baccelli, Cohen, Olsder and Quadrat, Synchronization and
// Linearity, Wiley 1992), with causes for numbers: of two at one instant that one decides which
// decides in Cause. A message costs a few additions and comparisons, and no branch.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "collectives/ring_run.hpp"

namespace commsim {

/// A Cause without compute, in picoseconds.
struct RingCause {
  std::int64_t at = 0;
  std::int64_t transfer = 0;
  std::int64_t latency = 0;

  friend constexpr auto operator<=>(const RingCause&, const RingCause&) = default;
};

/// How messages of one place get to the next. If they leave their sender faster than the narrowest
/// link takes them, one may have to wait there for the one before it.
struct RingHop {
  Bandwidth narrowest;
  Bandwidth entry;  ///< at which a message leaves its sender; at least `narrowest`
  Duration latency{0};
};

/// One run of one ring after the other; the object keeps its memory.
class RingRecurrence {
 public:
  /// Chunks may have so many different sizes: memory grows with places times sizes.
  static constexpr std::size_t kMostSizes = 16;

  /// Starts a run in which place i begins at `begin[i]` and sends over `hops[i]`. False if chunks
  /// have too many sizes, or if times might not fit the clock. O(places).
  [[nodiscard]] bool start(const RingRun& run, std::span<const RingHop> hops,
                           std::span<const RingCause> begin);
  /// The next step. O(places). REQUIRES: there is one.
  void step();

  /// When a place has ended its steps so far.
  [[nodiscard]] RingCause end_of(std::size_t place) const {
    const std::size_t slot = slot_of(place);
    return {.at = at_[slot], .transfer = transfer_[slot], .latency = latency_[slot]};
  }
  /// After the last step: when the last message of a place was through the narrowest link, less the
  /// latency of the links before that.
  [[nodiscard]] std::int64_t through(std::size_t place) const {
    return through_[queues_ && place + 1 == places_ ? places_ : slot_of(place)];
  }
  /// How many messages so far left their sender after it had heard from the place before it.
  [[nodiscard]] std::int64_t late_departures() const { return late_departures_; }

 private:
  // Slots go the other way round than places, so that each hears from the one behind it and arrays
  // can be changed in place from the front. There is one more: the first one again.
  [[nodiscard]] std::size_t slot_of(std::size_t place) const { return places_ - 1 - place; }
  // Chunks [begin, end), counted backwards like slots, have one size.
  struct Stretch {
    std::size_t begin;
    std::size_t end;
    std::size_t size;  // into sizes_
  };
  void find_stretches(std::span<const Bytes> chunks);
  [[nodiscard]] bool price(std::span<const RingHop> hops);
  // By slot, of what is sent in the present step; `table` is by size.
  const std::int64_t* in_step(const std::vector<std::int64_t>& table,
                              std::vector<std::int64_t>& wires) const;

  std::size_t places_ = 0;
  int steps_left_ = 0;
  bool queues_ = false;    // whether some message might
  std::size_t first_ = 0;  // the chunk, counted backwards, that slot 0 sends next
  std::vector<Bytes> sizes_;
  std::vector<Stretch> stretches_;
  std::vector<std::int64_t> wire_by_size_;   // and slot: L / B on the narrowest link
  std::vector<std::int64_t> entry_by_size_;  // and slot: until a message has left, if queues_
  std::int64_t late_departures_ = 0;
  // By slot.
  std::vector<std::int64_t> at_;
  std::vector<std::int64_t> transfer_;
  std::vector<std::int64_t> latency_;
  std::vector<std::int64_t> hop_latency_;
  std::vector<std::int64_t> through_;  // slot 0 is the last one here
  std::vector<std::int64_t> wires_;
  std::vector<std::int64_t> entries_;
};

}  // namespace commsim
