// A topology in figures.
#pragma once

#include <ostream>

#include "sim/workload/cluster.hpp"

namespace commsim {

/// Devices, links by medium, diameters, bisection, oversubscription, and the bound of each
/// collective.
void write_topology(std::ostream& out, const Cluster& cluster);

}  // namespace commsim
