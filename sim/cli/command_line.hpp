// The arguments of the executable.
#pragma once

#include <memory>
#include <string>

#include "sim/cli/command.hpp"
#include "sim/cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace commsim {

class CommandLine {
 public:
  /// `version` is what --version prints.
  CommandLine(const std::string& summary, const std::string& version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  /// Commands stand in the help as they are added.
  void add(const Command& command);
  /// Runs the command that the arguments name, and prints help, version and what is wrong with the
  /// arguments. Throws what the command throws, and MachineError if its output cannot be written.
  [[nodiscard]] ExitCode run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
  ExitCode exit_code_ = kSuccess;
};

}  // namespace commsim
