#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>

#include "core/quantity_text.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/step_file.hpp"
#include "sim/report/explanation.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/training_explanation.hpp"
#include "sim/report/training_report.hpp"
#include "sim/workload/step/step_sensitivity.hpp"

namespace commsim::explain_command {
namespace {

struct ExplainOptions {
  ScenarioOptions scenarios;
  std::string format = "text";
};

// Steps, where their time goes, and what would make them shorter.
void explain_training_json(const TrainingSet& set) {
  for (const TrainingPoint& point : set.points) {
    const TrainingResult result = run_training(point.job, *set.prices);
    explain_step_json(std::cout, set.name, point, result, better_parts(point.job));
  }
}

void explain_training(const TrainingSet& set) {
  const auto report = training_text(std::cout, true);
  report->begin(set);
  for (const TrainingPoint& point : set.points) {
    const TrainingResult result = run_training(point.job, *set.prices);
    report->row(point, result);
    std::cout << "\nwith a tenth more of\n";
    for (const Alternative& change : better_parts(point.job)) {
      std::cout << fmt::format("  {:<36} {:>10}  {:>8}\n", change.change, to_text(change.time),
                               longer_text(result.time, change.time));
    }
  }
  report->end();
}

void add(CommandOptions& command) {
  const auto options = std::make_shared<ExplainOptions>();
  options->scenarios.add_to(command, false);
  command.choice("--format", options->format, "text, or json: a line for each point",
                 {"text", "json"});
  command.on_run([options] {
    const ConfigDocument document = options->scenarios.read(options->scenarios.files.front());
    if (is_training(document)) {
      (options->format == "json" ? explain_training_json : explain_training)(read_steps(document));
      return kSuccess;
    }
    const ScenarioSet set = read_scenarios(document);
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
