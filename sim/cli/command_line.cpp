#include "sim/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "core/error.hpp"
#include "sim/cli/command_options.hpp"

namespace commsim {

void CommandOptions::text(std::string_view name, std::string& value, std::string_view help,
                          std::string_view kind) {
  app_.add_option(std::string(name), value, std::string(help))->type_name(std::string(kind));
}

void CommandOptions::texts(std::string_view name, std::vector<std::string>& values,
                           std::string_view help, std::string_view kind) {
  app_.add_option(std::string(name), values, std::string(help))
      ->type_name(std::string(kind))
      ->allow_extra_args(false);
}

void CommandOptions::several(std::string_view name, std::vector<std::string>& values,
                             std::string_view help, std::string_view kind) {
  app_.add_option(std::string(name), values, std::string(help))->type_name(std::string(kind));
}

void CommandOptions::flag(std::string_view name, bool& value, std::string_view help) {
  app_.add_flag(std::string(name), value, std::string(help));
}

void CommandOptions::choice(std::string_view name, std::string& value, std::string_view help,
                            const std::vector<std::string>& words) {
  app_.add_option(std::string(name), value, std::string(help))->check(CLI::IsMember(words));
}

void CommandOptions::whole_number(std::string_view name, unsigned& value, std::string_view help,
                                  int least, int most) {
  app_.add_option(std::string(name), value, std::string(help))->check(CLI::Range(least, most));
}

void CommandOptions::required(std::string_view name, std::vector<std::string>& values,
                              std::string_view help, bool several) {
  auto* option = app_.add_option(std::string(name), values, std::string(help))->required();
  if (!several) option->expected(1);
}

void CommandOptions::nested(std::string_view name, std::string_view summary,
                            const std::function<void(CommandOptions&)>& add) {
  app_.require_subcommand(1);
  CommandOptions options(*app_.add_subcommand(std::string(name), std::string(summary)), exit_code_);
  add(options);
}

void CommandOptions::on_run(std::function<ExitCode()> work) {
  app_.callback([work = std::move(work), &exit_code = exit_code_] { exit_code = work(); });
}

CommandLine::CommandLine(const std::string& summary, const std::string& version)
    : app_(std::make_unique<CLI::App>(summary)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
}

CommandLine::~CommandLine() = default;

void CommandLine::add(const Command& command) {
  CommandOptions options(
      *app_->add_subcommand(std::string(command.name), std::string(command.summary)), exit_code_);
  command.add(options);
}

ExitCode CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? kSuccess : kBadInput;
  }
  std::cout.flush();
  if (!std::cout) throw MachineError("standard output cannot be written");
  return exit_code_;
}

}  // namespace commsim
