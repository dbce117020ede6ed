// Where one lane of one participant stands in its program.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "sim/engine/message.hpp"

namespace commsim {

// NOLINTNEXTLINE(bugprone-exception-escape): moving a small_vector of numbers does not throw.
struct Lane {
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  std::uint32_t unsent = 0;  ///< sends of this step whose departure is not known yet
  bool blocked = false;      ///< waits for a step of another lane
  SimTime ready{};           ///< when the known sends have left and the compute is over
  PathCost path;             ///< the chain of causes up to the start of this step
  PathCost ready_path;       ///< the same up to `ready`
  boost::container::small_vector<LaneId, 2> awaited;  ///< senders whose messages are missing
  MessageId early_first = kNoMessage;                 ///< messages that came before their step
  MessageId early_last = kNoMessage;
  Rank memo_peer = -1;  ///< the last peer that was sent to, and the way to it
  RouteId memo_route = 0;
};

}  // namespace commsim
