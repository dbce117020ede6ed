// YAML text to a ConfigNode: aliases expanded, duplicate keys refused.
#pragma once

#include <string_view>

#include "core/config_node.hpp"
#include "sim/scenario/yaml_origin.hpp"

namespace commsim {

/// The tree of `text`; a kNull node if it holds nothing. What an alias stands for is copied, with
/// the marks of the original, since that is where it would be corrected. Throws ConfigError.
ConfigNode yaml_tree(std::string_view text, const YamlOrigin& origin);

}  // namespace commsim
