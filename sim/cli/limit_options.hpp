// How far a run may go: messages, simulated time, memory.
#pragma once

#include <string>

#include "core/units.hpp"
#include "sim/cli/command_options.hpp"
#include "sim/engine/run_limits.hpp"

namespace commsim {

struct LimitOptions {
  std::string messages;
  std::string time;
  std::string memory;

  /// Adds --max-messages, --max-time and --max-memory to a command.
  void add_to(CommandOptions& command);
  /// What was asked for, for each simulation. Throws RequestError.
  [[nodiscard]] RunLimits each() const;
  /// What was asked for, or nine tenths of what the machine has to spare, divided by `sharers` that
  /// were started on it together. Throws RequestError.
  [[nodiscard]] Bytes most_memory(int sharers) const;
};

}  // namespace commsim
