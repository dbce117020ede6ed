// When the latest steps of each lane have ended, for lanes that wait for them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/engine/cause.hpp"
#include "sim/engine/message.hpp"

namespace commsim {

/// Off, and of no cost, until somebody waits.
class EndLog {
 public:
  [[nodiscard]] bool on() const { return !lanes_.empty(); }
  void turn_on(std::size_t lanes) {
    if (!on()) lanes_.resize(lanes);
  }
  void note(LaneId id, std::uint32_t step, const Cause& end) {
    lanes_[id][step % kKept] = {.step = step, .end = end};
  }
  /// The end of a step of a lane; nullptr if that is not known, or not any more.
  [[nodiscard]] const Cause* find(LaneId id, std::uint32_t step) const {
    const Entry& entry = lanes_[id][step % kKept];
    return entry.step == step ? &entry.end : nullptr;
  }

 private:
  static constexpr std::size_t kKept = 16;
  struct Entry {
    std::uint32_t step = UINT32_MAX;
    Cause end;
  };
  std::vector<std::array<Entry, kKept>> lanes_;
};

}  // namespace commsim
