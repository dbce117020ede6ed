// The future of the simulation: a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms
// for the shortest path problem", JACM 1990). Simulated time never runs back, so an event waits in
// the bucket of the highest bit in which its time differs from the present, and moves at most once
// a bit. Lock-step schedules put thousands of events on one instant; these leave together, as one
// batch.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"

namespace commsim {

/// Ordered by (at, key); the key holds kind and subject, so that the order of events does not
/// depend on the order in which they were scheduled.
struct Event {
  SimTime at;
  std::uint64_t key = 0;
  std::uint32_t data = 0;
};

/// Amortised O(1) for events of one instant, O(log range) at worst.
class EventQueue {
 public:
  /// REQUIRES: event.at is not before the last batch.
  void push(const Event& event) {
    ensure(event.at >= now_, "simulated time does not run back");
    const std::size_t bucket = bucket_of(event.at);
    buckets_[bucket].push_back(event);
    occupied_ |= std::uint64_t{1} << bucket;
  }

  [[nodiscard]] bool empty() const { return occupied_ == 0; }

  /// Replaces `batch` by all events of the earliest instant, in the order of their keys.
  /// REQUIRES: not empty().
  SimTime pop_instant(std::vector<Event>& batch) {
    batch.clear();
    const auto bucket = static_cast<std::size_t>(std::countr_zero(occupied_));
    occupied_ &= occupied_ - 1;
    std::vector<Event>& events = buckets_[bucket];
    if (bucket != 0) {
      const auto [first, last] = std::minmax_element(
          events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
      now_ = first->at;
      if (now_ != last->at) {
        for (const Event& event : events) push(event);
        events.clear();
        return pop_instant(batch);
      }
    }
    std::swap(batch, events);
    sort_by_key(batch);
    return now_;
  }

 private:
  static constexpr std::size_t kBuckets = 64;

  [[nodiscard]] std::size_t bucket_of(SimTime time) const {
    const auto apart = static_cast<std::uint64_t>(time.time_since_epoch().count()) ^
                       static_cast<std::uint64_t>(now_.time_since_epoch().count());
    return static_cast<std::size_t>(std::bit_width(apart));
  }

  // Neighbours mostly cause each other's events in order, so that a batch is sorted but for its
  // start: one rotation mends that.
  static void sort_by_key(std::vector<Event>& batch) {
    const auto by_key = [](const Event& a, const Event& b) {
      return a.key != b.key ? a.key < b.key : a.data < b.data;
    };
    const auto fall = std::is_sorted_until(batch.begin(), batch.end(), by_key);
    if (fall == batch.end()) return;
    if (std::is_sorted(fall, batch.end(), by_key) && by_key(batch.back(), batch.front())) {
      std::rotate(batch.begin(), fall, batch.end());
    } else {
      std::sort(batch.begin(), batch.end(), by_key);
    }
  }

  std::array<std::vector<Event>, kBuckets> buckets_;
  std::uint64_t occupied_ = 0;  // bit b: buckets_[b] is not empty
  SimTime now_{};
};

}  // namespace commsim
