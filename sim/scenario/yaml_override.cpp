// The `--set path=value` half of yaml_document.hpp.
#include <fmt/format.h>

#include "core/error.hpp"
#include "sim/scenario/config_path.hpp"
#include "sim/scenario/yaml_document.hpp"
#include "sim/scenario/yaml_origin.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace commsim::yaml_override {
namespace {

constexpr std::string_view kFlag = "--set ";

// Puts the value where the path leads; it is marked with that source.
void put(ConfigDocument& document, std::string_view assignment, std::size_t source) {
  const YamlOrigin origin{document.sources, static_cast<int>(source), false};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    origin.refuse("expected path=value, such as topology.servers=4");
  }
  try {
    const auto parts = path_parts(assignment.substr(0, equals));
    ConfigNode value = yaml_tree(assignment.substr(equals + 1), origin);
    if (value.kind == ConfigNode::Kind::kNull) origin.refuse("there is no value after the '='");
    node_to_put(document.root, parts, origin.mark(0, 0)) = std::move(value);
  } catch (const RequestError& refusal) {
    origin.refuse(refusal.what());
  }
}

}  // namespace
}  // namespace commsim::yaml_override

namespace commsim {

void apply_override(ConfigDocument& document, std::string_view assignment) {
  document.sources.push_back(std::string(yaml_override::kFlag).append(assignment));
  yaml_override::put(document, assignment, document.sources.size() - 1);
}

void repeat_overrides(ConfigDocument& document) {
  for (std::size_t i = 1; i < document.sources.size(); ++i) {
    const std::string_view source = document.sources[i];
    yaml_override::put(document, source.substr(yaml_override::kFlag.size()), i);
  }
}

}  // namespace commsim
