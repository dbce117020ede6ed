// The options of one command. What reads them stands in command_line.cpp alone, since the library
// for it takes longer to compile than any command.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cli/exit_code.hpp"

namespace CLI {
class App;
}

namespace commsim {

/// Each option is a name ("--jobs", or "KIND" for what has no dashes), a sentence for the help and
/// a variable, which keeps its value where the option is not given and must outlive the command
/// line. A name that is taken is a broken invariant.
class CommandOptions {
 public:
  CommandOptions(CLI::App& app, ExitCode& exit_code) : app_(app), exit_code_(exit_code) {}

  /// `kind` is what the help calls the value, such as "FILE".
  void text(std::string_view name, std::string& value, std::string_view help,
            std::string_view kind);
  /// One text each time that it is given.
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view help,
             std::string_view kind);
  /// One text or more after the name, each time that it is given.
  void several(std::string_view name, std::vector<std::string>& values, std::string_view help,
               std::string_view kind);
  /// Without a value.
  void flag(std::string_view name, bool& value, std::string_view help);
  void choice(std::string_view name, std::string& value, std::string_view help,
              const std::vector<std::string>& words);
  /// From `least` to `most`.
  void whole_number(std::string_view name, unsigned& value, std::string_view help, int least,
                    int most);
  /// Exactly one argument without dashes, or at least one if `several`.
  void required(std::string_view name, std::vector<std::string>& values, std::string_view help,
                bool several);

  /// A command within this one, which then does nothing by itself.
  void nested(std::string_view name, std::string_view summary,
              const std::function<void(CommandOptions&)>& add);

  /// What the command does once everything is read; once a command. What it throws is handed on.
  void on_run(std::function<ExitCode()> work);

 private:
  CLI::App& app_;
  ExitCode& exit_code_;
};

}  // namespace commsim
