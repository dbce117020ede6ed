#include "sim/cli/scenario_options.hpp"

#include "core/diagnostics.hpp"
#include "sim/scenario/yaml_document.hpp"

namespace commsim::scenario_options {
namespace {

// Else every key of a profile would be an unknown one.
void refuse_profile(const ConfigDocument& document) {
  const ConfigNode* tables = document.root.find("tables");
  if (tables == nullptr || document.root.find("topology") != nullptr) return;
  throw ConfigError(document.sources,
                    {{.mark = tables->mark,
                      .path = {},
                      .text = "this is a profile of measured times, no scenario; name it in a "
                              "scenario with 'profile: FILE', or give it to commsim validate "
                              "--against"}});
}

}  // namespace
}  // namespace commsim::scenario_options

namespace commsim {

void ScenarioOptions::add_to(CommandOptions& command, bool several) {
  command.required("FILE", files, "scenario file (YAML)", several);
  command.texts("--set", overrides,
                "put a value in the place of the file's, such as topology.servers=4; a list sweeps",
                "PATH=VALUE");
}

ConfigDocument ScenarioOptions::read(const std::string& file) const {
  ConfigDocument document = read_yaml_file(file);
  scenario_options::refuse_profile(document);
  for (const std::string& assignment : overrides) apply_override(document, assignment);
  return document;
}

}  // namespace commsim
