#include "core/config_node.hpp"

#include <fmt/format.h>

namespace commsim {

std::string flow_text(const ConfigNode& node) {
  const bool map = node.kind == ConfigNode::Kind::kMap;
  if (!map && node.kind != ConfigNode::Kind::kSequence) return node.scalar;
  std::string inside;
  const auto add = [&](const std::string& text) {
    if (!inside.empty()) inside += ", ";
    inside += text;
  };
  for (const ConfigNode& item : node.items) add(flow_text(item));
  for (const auto& [key, value] : node.map) add(fmt::format("{}: {}", key, flow_text(value)));
  return map ? fmt::format("{{{}}}", inside) : fmt::format("[{}]", inside);
}

}  // namespace commsim
