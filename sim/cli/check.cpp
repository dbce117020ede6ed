#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "core/error.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/plan/plan_file.hpp"
#include "sim/scenario/training_set.hpp"

namespace commsim::check {
namespace {

void say_fine(const std::string& file, std::size_t points, std::string_view what,
              std::size_t topologies) {
  std::cout << fmt::format("{}: fine, {} {}{} on {} topolog{}\n", file, points, what,
                           points == 1 ? "" : "s", topologies, topologies == 1 ? "y" : "ies");
}

// Of a plan whose choices are all left out.
std::string none_legal(const std::string& file, const TrainingSet& set) {
  std::string text = file + ": no choice can be";
  for (const auto& [reason, example] : set.examples)
    text += fmt::format("; {}: {}", reason, example);
  return text;
}

TrainingSet choices_of(const ConfigDocument& document) {
  Plan plan = read_plan(document);
  if (plan.spec().find) require_answerable(document, *plan.spec().find);
  return std::move(plan.set);
}

ExitCode check(const ScenarioOptions& options) {
  for (const std::string& file : options.files) {
    const ConfigDocument document = options.read(file);
    if (is_training(document)) {
      const bool plan = document.root.find("plan") != nullptr;
      const TrainingSet set = plan ? choices_of(document) : read_training(document);
      if (set.points.empty()) throw RequestError(none_legal(file, set));
      say_fine(file, set.points.size(), plan ? "choice" : "training step", set.clusters());
    } else {
      const ScenarioSet set = read_scenarios(document);
      say_fine(file, set.points.size(), "simulation", set.clusters.size());
    }
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
