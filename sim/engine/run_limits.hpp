// What a simulation may take at most, and the word from outside that it shall stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <stdexcept>

#include "core/error.hpp"
#include "core/units.hpp"

namespace commsim {

/// A simulation that would go on past its limits.
class LimitReached : public RequestError {
  using RequestError::RequestError;
};

/// Somebody asked to stop. No RequestError: nothing is wrong with what was asked for.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Outlives the simulations that it bounds, which may be many at a time in several threads.
struct RunLimits {
  std::int64_t messages = INT64_MAX;
  Duration time = Duration::max();            ///< simulated
  const std::atomic<bool>* stop = nullptr;    ///< set from outside; nullptr: nobody will
  std::atomic<std::int64_t>* sent = nullptr;  ///< told how far it is, for whoever shows progress

  /// Called every few thousand messages, and once at the end with the totals, so that a limit holds
  /// for short simulations as well. `now` is the time simulated so far.
  /// Throws LimitReached, Interrupted.
  void check(std::int64_t messages_so_far, SimTime now) const {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted();
    if (sent != nullptr) sent->store(messages_so_far, std::memory_order_relaxed);
    if (messages_so_far > messages || now.time_since_epoch() > time) refuse(messages_so_far, now);
  }

 private:
  [[noreturn]] void refuse(std::int64_t messages_so_far, SimTime now) const;
};

}  // namespace commsim
