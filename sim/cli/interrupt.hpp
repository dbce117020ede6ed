// Ctrl-C and SIGTERM as a wish to stop.
#pragma once

#include <atomic>

namespace commsim {

/// While one of these lives, the first SIGINT or SIGTERM is kept as a wish; the second ends the
/// process as ever. One at a time in a process.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  /// Set once the wish is there.
  [[nodiscard]] static const std::atomic<bool>& wish();
};

}  // namespace commsim
