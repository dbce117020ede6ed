#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/scenario/scenario.hpp"

namespace commsim::check {
namespace {

ExitCode check(const ScenarioOptions& options) {
  for (const std::string& file : options.files) {
    const ScenarioSet set = read_scenarios(options.read(file));
    std::cout << fmt::format("{}: fine, {} simulation{} on {} topolog{}\n", file, set.points.size(),
                             set.points.size() == 1 ? "" : "s", set.clusters.size(),
                             set.clusters.size() == 1 ? "y" : "ies");
  }
  return kSuccess;
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<ScenarioOptions>();
  options->add_to(command, true);
  command.on_run([options] { return check(*options); });
}

const Registration<Command> kCheck{{.name = "check",
                                    .summary = "read and build everything, simulate nothing",
                                    .order = 2,
                                    .add = add}};

}  // namespace
}  // namespace commsim::check
