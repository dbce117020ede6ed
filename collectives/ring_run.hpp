// Programs in lock step, told by rings instead of steps: long stretches in which each participant
// keeps its peers. Who simulates them can evaluate all ranks of a ring together.
#pragma once

#include <span>

#include "core/units.hpp"

namespace commsim {

using Rank = std::int32_t;

/// Some steps of one lane of the participants of a ring. In each step place i sends one message to
/// place i + 1, the last place to the first, and receives one from place i - 1; both stay on the
/// lane, and nothing else takes time.
struct RingRun {
  int lane = 0;
  int steps = 0;
  std::span<const Rank> order;    ///< by place; at least two, each once
  std::span<const Bytes> chunks;  ///< as many as places
  int first = 0;                  ///< the chunk that place 0 sends first, 0 .. places - 1

  /// The chunk that a place sends in a step: (place + first - step) mod places.
  [[nodiscard]] std::size_t chunk_of(std::size_t place, int step) const {
    const auto places = static_cast<std::int64_t>(order.size());
    const std::int64_t chunk = (static_cast<std::int64_t>(place) + first - step) % places;
    return static_cast<std::size_t>(chunk < 0 ? chunk + places : chunk);
  }
};

/// Lanes [first, first + lanes) of each of some participants begin when its lanes [before_first,
/// before_first + before_lanes) have ended what was told of them so far.
struct LaneWait {
  std::span<const Rank> participants;
  int first = 0;
  int lanes = 0;
  int before_first = 0;
  int before_lanes = 0;
};

/// Is told the runs of a program, causes before effects; a lane goes through its runs in the order
/// in which they are told. What spans point to is valid during a call.
class RingRunVisitor {
 public:
  RingRunVisitor() = default;
  RingRunVisitor(const RingRunVisitor&) = delete;
  RingRunVisitor& operator=(const RingRunVisitor&) = delete;
  virtual ~RingRunVisitor() = default;

  /// False if the visitor wants to hear no more.
  [[nodiscard]] virtual bool run(const RingRun& run) = 0;
  virtual void wait(const LaneWait& wait) = 0;
};

}  // namespace commsim
