#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <system_error>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "sim/cli/command.hpp"

namespace commsim {
namespace {

int fail(const std::exception& error, ExitCode code) {
  std::cout.flush();
  const bool located = dynamic_cast<const ConfigError*>(&error) != nullptr;
  fmt::print(stderr, "{}{}\n", located ? "" : "commsim: error: ", error.what());
  return code;
}

int run(int argc, char** argv) {
  CLI::App app{
      "commsim predicts communication time on clusters: T = L / B + D, message by message"};
  app.set_version_flag("--version", "commsim " COMMSIM_VERSION);
  app.require_subcommand(1);
  int exit_code = kSuccess;
  auto commands = Registry<Command>::entries();
  std::sort(commands.begin(), commands.end(),
            [](const Command* a, const Command* b) { return a->order < b->order; });
  for (const Command* command : commands) {
    command->add(*app.add_subcommand(std::string(command->name), std::string(command->summary)),
                 exit_code);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kSuccess : kBadInput;
  }
  std::cout.flush();
  if (!std::cout) throw MachineError("standard output cannot be written");
  return exit_code;
}

int guarded(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ConfigError& error) {
    return fail(error, kBadInput);
  } catch (const RequestError& error) {
    return fail(error, kBadInput);
  } catch (const MachineError& error) {
    return fail(error, kMachineRefused);
  } catch (const std::bad_alloc& error) {
    return fail(MachineError("the machine has too little memory for this"), kMachineRefused);
  } catch (const std::system_error& error) {
    return fail(error, kMachineRefused);
  } catch (const std::exception& error) {
    invariant_failed(error.what(), __FILE__, __LINE__);
  }
}

}  // namespace
}  // namespace commsim

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return commsim::guarded(argc, argv);
}
