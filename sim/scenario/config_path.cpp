#include "sim/scenario/config_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/error.hpp"
#include "sim/scenario/yaml_events.hpp"

namespace commsim::config_path {
namespace {

std::optional<std::size_t> index_of(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  return index;
}

ConfigNode& item_of(ConfigNode& list, std::string_view part, std::string_view so_far) {
  const auto index = index_of(part);
  if (index && *index < list.items.size()) return list.items[*index];
  throw RequestError(fmt::format("'{}' is a list of {}; '{}' is no index into it (from 0)", so_far,
                                 list.items.size(), part));
}

// Nothing may fail after the first key that is made, so that a refusal changes nothing.
ConfigNode& child_of(ConfigNode& node, const std::string& part, std::string_view so_far,
                     Mark made) {
  if (node.kind == ConfigNode::Kind::kSequence) return item_of(node, part, so_far);
  if (node.kind == ConfigNode::Kind::kScalar) {
    throw RequestError(so_far.empty()
                           ? std::string("the file is a single value and has no keys")
                           : fmt::format("'{}' is a single value and has no keys", so_far));
  }
  node.kind = ConfigNode::Kind::kMap;
  for (auto& [key, value] : node.map) {
    if (key == part) return value;
  }
  node.map.push_back({part, ConfigNode{.mark = made}});
  node.key_marks.push_back(made);
  return node.map.back().value;
}

}  // namespace
}  // namespace commsim::config_path

namespace commsim {

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    parts.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (parts.size() > kMostYamlDepth) {
    throw RequestError(fmt::format("the path has more than {} parts", kMostYamlDepth));
  }
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) {
    throw RequestError("the path has an empty part; write such as topology.servers=4");
  }
  return parts;
}

ConfigNode& node_to_put(ConfigNode& root, const std::vector<std::string>& parts, Mark made) {
  ConfigNode* node = &root;
  std::string so_far;
  for (const std::string& part : parts) {
    node = &config_path::child_of(*node, part, so_far, made);
    so_far += (so_far.empty() ? "" : ".") + part;
  }
  return *node;
}

const ConfigNode* node_at(const ConfigNode& root, std::string_view path) {
  const ConfigNode* node = &root;
  for (const std::string& part : path_parts(path)) {
    node = node->find(part);
    if (node == nullptr) break;
  }
  return node;
}

}  // namespace commsim
