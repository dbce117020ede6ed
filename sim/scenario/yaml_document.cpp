#include "sim/scenario/yaml_document.hpp"

#include "core/text_file.hpp"
#include "sim/scenario/yaml_origin.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace commsim {

ConfigDocument read_yaml_text(std::string_view text, std::string name) {
  ConfigDocument document;
  document.sources.push_back(std::move(name));
  const YamlOrigin origin{document.sources};
  document.root = yaml_tree(text, origin);
  if (document.root.kind == ConfigNode::Kind::kNull) {
    origin.refuse("the file is empty; a scenario starts with `version: 1`");
  }
  return document;
}

ConfigDocument read_yaml_file(const std::filesystem::path& file) {
  const TextFile text = read_text_file(file, kMostYamlBytes);
  return read_yaml_text(text.text, text.name);
}

}  // namespace commsim
