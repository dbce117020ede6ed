// Key paths such as "topology.nic.bandwidth", as `--set` takes them: where in a document they lead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config_node.hpp"

namespace commsim {

/// The parts between the dots. Throws RequestError for an empty part, and for more than 64.
std::vector<std::string> path_parts(std::string_view path);

/// The node where a value may be put. A part that meets a list is an index from 0; maps that are
/// missing are made, and marked with `made`. Throws RequestError and leaves the tree as it was.
ConfigNode& node_to_put(ConfigNode& root, const std::vector<std::string>& parts, Mark made);

/// What stands at the path, through maps only; nullptr if nothing does.
const ConfigNode* node_at(const ConfigNode& root, std::string_view path);

}  // namespace commsim
