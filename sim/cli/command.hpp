// The extension point for commands: one file holds one subcommand and registers it.
#pragma once

#include <string_view>

#include "core/registry.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

struct Command {
  std::string_view name;
  std::string_view summary;
  int order = 0;  ///< in the help
  /// Adds options to the command, and with on_run() the work.
  void (*add)(CommandOptions& command) = nullptr;
};

}  // namespace commsim
