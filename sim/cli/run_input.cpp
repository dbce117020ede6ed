#include "sim/cli/run_input.hpp"

#include <functional>
#include <string>

#include "core/error.hpp"

namespace commsim {

std::size_t RunInput::points() const {
  std::size_t all = 0;
  for (const ScenarioSet& set : sets) all += set.points.size();
  return all;
}

const ScenarioPoint& RunInput::point(std::size_t number) const {
  for (const ScenarioSet& set : sets) {
    if (number < set.points.size()) return set.points[number];
    number -= set.points.size();
  }
  throw MachineError("a point that there is not was asked for");
}

RunInput read_run(const RunRequest& options, const RunLimits& limits) {
  RunInput input;
  std::string text = COMMSIM_VERSION;
  for (const std::string& file : options.scenarios.files) {
    const ConfigDocument document = options.scenarios.read(file);
    ScenarioSet& set = input.sets.emplace_back(read_scenarios(document, &limits));
    for (ScenarioPoint& point : set.points) point.run.fold = !options.unfolded;
    text += flow_text(document.root);
  }
  input.fingerprint = std::hash<std::string>{}(text);
  return input;
}

}  // namespace commsim
