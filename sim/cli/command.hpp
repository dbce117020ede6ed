// The extension point for commands: one file holds one subcommand and registers it.
#pragma once

#include <CLI/CLI.hpp>
#include <string_view>

#include "core/registry.hpp"

namespace commsim {

/// Exit codes, as the README lists them.
enum ExitCode : int { kSuccess = 0, kUnmet = 1, kBadInput = 2, kMachineRefused = 3 };

struct Command {
  std::string_view name;
  std::string_view summary;
  int order = 0;  ///< in the help
  /// Adds options to `app`, and a callback that does the work and sets `exit_code`.
  void (*add)(CLI::App& app, int& exit_code) = nullptr;
};

}  // namespace commsim
