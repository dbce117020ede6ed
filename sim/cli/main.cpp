#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <new>
#include <system_error>

#include "core/diagnostics.hpp"
#include "core/error.hpp"
#include "sim/cli/command_line.hpp"

namespace commsim {
namespace {

int fail(const std::exception& error, ExitCode code) {
  std::cout.flush();
  const bool located = dynamic_cast<const ConfigError*>(&error) != nullptr;
  fmt::print(stderr, "{}{}\n", located ? "" : "commsim: error: ", error.what());
  return code;
}

ExitCode run(int argc, char** argv) {
  CommandLine line(
      "commsim predicts communication time on clusters: T = L / B + D, message by message",
      "commsim " COMMSIM_VERSION);
  auto commands = Registry<Command>::entries();
  std::sort(commands.begin(), commands.end(),
            [](const Command* a, const Command* b) { return a->order < b->order; });
  for (const Command* command : commands) line.add(*command);
  return line.run(argc, argv);
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
