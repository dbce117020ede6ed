// Configurations written in C++, for tests that need no YAML:
//   config::map({{"ranks", "8"}, {"link", config::map({{"bandwidth", "50 GB/s"}})}})
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/config_node.hpp"

namespace commsim::config {

/// A node, or the text of a scalar.
struct Value {
  Value(const char* text) : node{.kind = ConfigNode::Kind::kScalar, .scalar = text} {}
  Value(std::string text) : node{.kind = ConfigNode::Kind::kScalar, .scalar = std::move(text)} {}
  Value(ConfigNode made) : node(std::move(made)) {}

  ConfigNode node;
};

inline ConfigNode list(const std::vector<Value>& items) {
  ConfigNode node{.kind = ConfigNode::Kind::kSequence};
  for (const Value& item : items) node.items.push_back(item.node);
  return node;
}

inline ConfigNode map(const std::vector<std::pair<std::string, Value>>& entries) {
  ConfigNode node{.kind = ConfigNode::Kind::kMap};
  for (const auto& [key, value] : entries) {
    node.map.push_back({key, value.node});
    node.key_marks.emplace_back();
  }
  return node;
}

/// The first mark is on line 1 and every node after it has a line of its own, in the order written.
inline void number_lines(ConfigNode& node, int& line) {
  node.mark = {.line = ++line, .column = 1};
  for (ConfigNode& item : node.items) number_lines(item, line);
  for (std::size_t i = 0; i < node.map.size(); ++i) {
    node.key_marks[i] = {.line = line + 1, .column = 1};
    number_lines(node.map[i].value, line);
  }
}

inline ConfigNode numbered(ConfigNode node) {
  int line = 0;
  number_lines(node, line);
  return node;
}

}  // namespace commsim::config
