// The `--set path=value` half of yaml_document.hpp.
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "sim/scenario/yaml_document.hpp"
#include "sim/scenario/yaml_events.hpp"
#include "sim/scenario/yaml_origin.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace commsim {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    parts.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<std::size_t> index_of(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  return index;
}

ConfigNode& item_of(ConfigNode& list, std::string_view part, std::string_view so_far,
                    const YamlOrigin& origin) {
  const auto index = index_of(part);
  if (index && *index < list.items.size()) return list.items[*index];
  origin.refuse(fmt::format("'{}' is a list of {}; '{}' is no index into it (from 0)", so_far,
                            list.items.size(), part));
}

// Nothing may fail after the first key that is made, so that a refusal changes nothing.
ConfigNode& child_of(ConfigNode& node, const std::string& part, std::string_view so_far,
                     const YamlOrigin& origin) {
  if (node.kind == ConfigNode::Kind::kSequence) return item_of(node, part, so_far, origin);
  if (node.kind == ConfigNode::Kind::kScalar) {
    origin.refuse(so_far.empty() ? std::string("the file is a single value and has no keys")
                                 : fmt::format("'{}' is a single value and has no keys", so_far));
  }
  node.kind = ConfigNode::Kind::kMap;
  for (auto& [key, value] : node.map) {
    if (key == part) return value;
  }
  const Mark mark{origin.source, 0, 0};
  node.map.push_back({part, ConfigNode{.mark = mark}});
  node.key_marks.push_back(mark);
  return node.map.back().value;
}

}  // namespace

void apply_override(ConfigDocument& document, std::string_view assignment) {
  document.sources.push_back("--set " + std::string(assignment));
  const YamlOrigin origin{document.sources, static_cast<int>(document.sources.size()) - 1, false};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    origin.refuse("expected path=value, such as topology.servers=4");
  }
  const std::vector<std::string> parts = parts_of(assignment.substr(0, equals));
  if (parts.size() > kMostYamlDepth) {
    origin.refuse(fmt::format("the path has more than {} parts", kMostYamlDepth));
  }
  for (const std::string& part : parts) {
    if (part.empty()) origin.refuse("the path has an empty part; write such as topology.servers=4");
  }
  ConfigNode value = yaml_tree(assignment.substr(equals + 1), origin);
  if (value.kind == ConfigNode::Kind::kNull) origin.refuse("there is no value after the '='");

  ConfigNode* node = &document.root;
  std::string so_far;
  for (const std::string& part : parts) {
    node = &child_of(*node, part, so_far, origin);
    so_far += (so_far.empty() ? "" : ".") + part;
  }
  *node = std::move(value);
}

}  // namespace commsim
