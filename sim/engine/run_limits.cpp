#include "sim/engine/run_limits.hpp"

#include <fmt/format.h>

#include "core/quantity_text.hpp"

namespace commsim {

void RunLimits::refuse(std::int64_t messages_so_far, SimTime now) const {
  if (messages_so_far > messages) {
    throw LimitReached(
        fmt::format("the simulation takes more than {} messages, which is its limit", messages));
  }
  throw LimitReached(fmt::format("the simulated time goes past {}, which is its limit (now {})",
                                 to_text(time), to_text(now.time_since_epoch())));
}

}  // namespace commsim
