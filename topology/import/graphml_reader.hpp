// A graph of devices from a GraphML file.
#pragma once

#include "core/text_file.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// Node attributes: `kind` (gpu, host, nic, switch; needed), `name` (default: the id of the node)
/// and `server` (nodes with the same one share a server). Edge attributes: `bandwidth` (needed),
/// `latency` (default 0) and `medium` (default "link"). An undirected edge stands for both
/// directions. Other attributes are ignored. GPUs are ranks in the order of the file.
///
/// Throws ConfigError at the element that is wrong, RequestError for a graph that cannot be used
/// (see TopologyBuilder).
Topology read_graphml_topology(const TextFile& file);

}  // namespace commsim
