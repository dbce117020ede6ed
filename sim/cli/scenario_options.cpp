#include "sim/cli/scenario_options.hpp"

#include "sim/scenario/yaml_document.hpp"

namespace commsim {

void ScenarioOptions::add_to(CommandOptions& command, bool several) {
  command.required("FILE", files, "scenario file (YAML)", several);
  command.texts("--set", overrides,
                "put a value in the place of the file's, such as topology.servers=4; a list sweeps",
                "PATH=VALUE");
}

ConfigDocument ScenarioOptions::read(const std::string& file) const {
  ConfigDocument document = read_yaml_file(file);
  for (const std::string& assignment : overrides) apply_override(document, assignment);
  return document;
}

}  // namespace commsim
