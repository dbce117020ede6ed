// Messages on their way, in a pool that grows to the most that were ever in flight at once.
#pragma once

#include <cstdint>

#include "core/chunked.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "sim/engine/cause.hpp"

namespace commsim {

using Rank = std::int32_t;
using MessageId = std::uint32_t;
using RouteId = std::uint32_t;
using LaneId = std::uint32_t;  ///< participant * lanes + lane
using DepartureId = std::uint32_t;

constexpr MessageId kNoMessage = UINT32_MAX;
constexpr DepartureId kNoDeparture = UINT32_MAX;

/// Who sent a message, for the receiver to tell it from others: the lane of the sender in the low
/// 32 bits, and in the high ones which of several that a folded run keeps apart (Fold::tag).
using Sender = std::uint64_t;

constexpr LaneId lane_of(Sender sender) { return static_cast<LaneId>(sender); }

/// Small, as there may be millions: what follows from its route, or is common to all that a step of
/// a lane sends, is not repeated here.
struct Message {
  Sender sender = 0;
  LaneId receiver = 0;
  RouteId route = 0;
  Bytes size;
  DepartureId departure = 0;
  MessageId next = kNoMessage;  ///< free list
};

/// What all messages have in common that one step of a lane sends.
struct Departure {
  SimTime sent;
  PathCost path;               ///< of the chain of causes up to `sent`
  std::uint32_t messages = 0;  ///< that are on their way
  DepartureId next = kNoDeparture;
};

/// Slots are reused, the last freed first.
template <typename Slot>
class SlotPool {
 public:
  std::uint32_t allocate() {
    if (free_ == kNone) {
      ensure(slots_.size() < kNone, "what is in flight has 32-bit numbers");
      slots_.push_back({});
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t id = free_;
    free_ = slots_[id].next;
    return id;
  }
  void release(std::uint32_t id) {
    slots_[id].next = free_;
    free_ = id;
  }
  Slot& operator[](std::uint32_t id) { return slots_[id]; }
  const Slot& operator[](std::uint32_t id) const { return slots_[id]; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  Chunked<Slot> slots_;
  std::uint32_t free_ = kNone;
};

using MessagePool = SlotPool<Message>;
using DeparturePool = SlotPool<Departure>;

}  // namespace commsim
