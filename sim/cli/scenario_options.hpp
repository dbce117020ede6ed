// What every command that reads scenario files has in common.
#pragma once

#include <string>
#include <vector>

#include "core/config_node.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

struct ScenarioOptions {
  std::vector<std::string> files;
  std::vector<std::string> overrides;  ///< "path=value"

  /// Adds FILE... and --set to a command.
  void add_to(CommandOptions& command, bool several);
  /// Reads a file and applies the overrides. Throws ConfigError.
  [[nodiscard]] ConfigDocument read(const std::string& file) const;
};

}  // namespace commsim
