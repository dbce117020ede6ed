#include <iostream>
#include <memory>

#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/explanation.hpp"

namespace commsim::explain_command {
namespace {

void add(CommandOptions& command) {
  const auto options = std::make_shared<ScenarioOptions>();
  options->add_to(command, false);
  command.on_run([options] {
    const ScenarioSet set = read_scenarios(options->read(options->files.front()));
    for (const ScenarioPoint& point : set.points) explain(std::cout, point);
    return kSuccess;
  });
}

const Registration<Command> kExplain{
    {.name = "explain",
     .summary = "where the time goes and what would make it shorter",
     .order = 3,
     .add = add}};

}  // namespace
}  // namespace commsim::explain_command
