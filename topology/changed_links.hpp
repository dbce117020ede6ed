// The same network with other cables.
#pragma once

#include <functional>
#include <string_view>

#include "topology/topology.hpp"

namespace commsim {

/// The same devices, pods, grid and ranks, with every link as `change` makes it, which gets its
/// specification and its medium ("nvlink", "network"), link by link in the order of their numbers,
/// which stay the same.
Topology with_changed_links(const Topology& topology,
                            const std::function<void(LinkSpec&, std::string_view)>& change);

}  // namespace commsim
