// A YAML text as a flat list of events. This is the only part of commsim that sees yaml-cpp: its
// nodes accept duplicate keys and lose the places, so only its scanner and parser are used.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_node.hpp"
#include "sim/scenario/yaml_origin.hpp"

namespace commsim {

/// The start of a node, or the end of a sequence or map. Keys and values of a map alternate.
struct YamlEvent {
  enum class Kind { kNull, kScalar, kAlias, kSequence, kMap, kEnd };

  Kind kind = Kind::kNull;
  Mark mark;
  std::string text;        ///< kScalar
  std::size_t target = 0;  ///< kAlias: the event that starts the node which is meant
};

constexpr std::size_t kMostYamlNodes = 1'000'000;
constexpr std::size_t kMostYamlDepth = 64;

/// What a node costs against kMostYamlNodes; long texts count as several.
constexpr std::size_t yaml_weight(std::string_view text) { return 1 + text.size() / 64; }

/// The events of the one document in `text`; none if there is no document. An alias means a node
/// that ended before it. Throws ConfigError for bad syntax, tags, a second document, aliases to
/// nothing or to what encloses them, more than kMostYamlNodes and more than kMostYamlDepth levels.
/// REQUIRES: `text` has passed checked_text.
std::vector<YamlEvent> yaml_events(std::string_view text, const YamlOrigin& origin);

}  // namespace commsim
