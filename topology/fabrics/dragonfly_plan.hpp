// Groups of switches that global links join, each to all others: what both dragonflies are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "topology/fabric_plan.hpp"
#include "topology/fabrics/groups.hpp"

namespace commsim {

/// What a dragonfly is made of. Of each group, `edges` switches have ports for NICs and
/// `global.switches` have links to other groups; they may be the same.
struct DragonflyParts {
  std::int64_t ports = 1;  ///< of each edge switch
  std::int64_t edges = 1;  ///< of each group
  GlobalPorts global;
  std::int64_t switches = 1;  ///< of each group, edges and others
  std::int64_t cables = 0;    ///< within each group
  LinkSpec local_link;
  LinkSpec global_link;

  [[nodiscard]] std::int64_t room() const { return ports * edges * global.groups; }
};

/// The switches so far, group by group.
struct DragonflySwitches {
  std::vector<DeviceId> edge;
  std::vector<DeviceId> global;
};

/// Adds one group, whose devices' names begin with `name`, and the cables within it, of the medium
/// "local".
using AddDragonflyGroup = void (*)(TopologyBuilder& builder, const std::string& name,
                                   const DragonflyParts& parts, DragonflySwitches& switches);

/// Reads `local_link` and `global_link` into `parts`, whose counts have been read, and refuses more
/// ports than there is room for. Ports take the edge switches in turn, group after group; the pod
/// of a port is its group. The contract is that of Fabric::read.
std::unique_ptr<FabricPlan> read_dragonfly(ConfigReader& section, const FabricShape& shape,
                                           DragonflyParts parts, AddDragonflyGroup add_group);

}  // namespace commsim
