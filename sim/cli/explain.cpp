#include <iostream>
#include <memory>
#include <string>

#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/report/explanation.hpp"

namespace commsim::explain_command {
namespace {

struct ExplainOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
};

void add(CommandOptions& command) {
  const auto options = std::make_shared<ExplainOptions>();
  options->scenarios.add_to(command, false);
  command.choice("--format", options->format, "text, or json: a line for each point",
                 {"text", "json"});
  command.on_run([options] {
    const ScenarioSet set =
        read_scenarios(options->scenarios.read(options->scenarios.files.front()));
    for (const ScenarioPoint& point : set.points) {
      (options->format == "json" ? explain_json : explain)(std::cout, point);
    }
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
