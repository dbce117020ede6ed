// The graph as a drawing.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// Writes the topology in the DOT language of Graphviz: a shape for each kind of device, a box
/// around each server, links labelled with their bandwidth. Both directions of a cable with the
/// same bandwidth and latency are one edge with two heads. Byte-stable.
void write_dot(std::ostream& out, const Topology& topology);

/// What each link carried in a run.
struct LinkLoads {
  std::string title;          ///< a line or more below the drawing
  std::vector<double> share;  ///< by link: the part of the run's time that it was busy
};

/// The same with links coloured by their load, labelled with it in percent, the busiest in bold,
/// and a legend. Both directions of a cable are one edge only if their loads are the same to the
/// percent.
void write_dot(std::ostream& out, const Topology& topology, const LinkLoads& loads);

}  // namespace commsim
