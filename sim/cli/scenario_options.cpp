#include "sim/cli/scenario_options.hpp"

#include "sim/scenario/yaml_document.hpp"

namespace commsim {

void ScenarioOptions::add_to(CLI::App& app, bool several) {
  auto* file = app.add_option("FILE", files, "scenario file (YAML)")->required();
  if (!several) file->expected(1);
  app.add_option(
         "--set", overrides,
         "put a value in the place of the file's, such as topology.servers=4; a list sweeps")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

ConfigDocument ScenarioOptions::read(const std::string& file) const {
  ConfigDocument document = read_yaml_file(file);
  for (const std::string& assignment : overrides) apply_override(document, assignment);
  return document;
}

}  // namespace commsim
