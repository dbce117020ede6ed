// The graph as a drawing.
#pragma once

#include <iosfwd>

#include "topology/topology.hpp"

namespace commsim {

/// Writes the topology in the DOT language of Graphviz: a shape for each kind of device, a box
/// around each server, links labelled with their bandwidth. Both directions of a cable with the
/// same bandwidth and latency are one edge with two heads. Byte-stable.
void write_dot(std::ostream& out, const Topology& topology);

}  // namespace commsim
