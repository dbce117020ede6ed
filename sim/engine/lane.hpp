// Where one lane of one participant stands in its program.
#pragma once

#include <cstdint>

#include "sim/engine/cause.hpp"
#include "sim/engine/expected.hpp"
#include "sim/engine/inbox.hpp"
#include "sim/engine/message.hpp"

namespace commsim {

// NOLINTNEXTLINE(bugprone-exception-escape): moving a small_vector of numbers does not throw.
struct Lane {
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  std::uint32_t unsent = 0;  ///< sends of this step whose departure is not known yet
  bool blocked = false;      ///< waits for steps of other lanes
  Rank memo_peer = -1;       ///< the last peer that was sent to, and the way to it
  RouteId memo_route = 0;
  Cause started;     ///< of the present step: the end of the one before it
  Cause ready;       ///< when all that is known so far of the present step is over
  SimTime heard;     ///< the latest arrival of the present step, or its start
  Expected awaited;  ///< senders whose messages are missing
  Inbox::Box early;  ///< messages that came before their step

  [[nodiscard]] bool complete() const { return awaited.empty() && unsent == 0; }
};

}  // namespace commsim
