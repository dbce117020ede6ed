// Groups of routers. Within a group every two routers have a cable, and every two groups have one
// or more, so that a message takes one global link at most.
#include <fmt/format.h>

#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/dragonfly_plan.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::dragonfly {
namespace {

constexpr std::int64_t kMostEach = 4096;

// A router has ports for NICs and global links alike.
void add_group(TopologyBuilder& builder, const std::string& name, const DragonflyParts& parts,
               DragonflySwitches& switches) {
  std::vector<DeviceId> group;
  for (std::int64_t r = 0; r < parts.edges; ++r) {
    const DeviceId router =
        builder.add_device(DeviceKind::kSwitch, fmt::format("{}router{}", name, r));
    for (const DeviceId before : group) {
      builder.add_cable(before, router, parts.local_link, "local");
    }
    group.push_back(router);
  }
  switches.edge.insert(switches.edge.end(), group.begin(), group.end());
  switches.global.insert(switches.global.end(), group.begin(), group.end());
}

DragonflyParts read_counts(ConfigReader& section, std::optional<std::int64_t> ports) {
  DragonflyParts parts;
  parts.ports = read_count(section, "ports_per_router", kMostEach);
  parts.edges = read_count(section, "routers_per_group", kMostEach);
  parts.global.switches = parts.edges;
  parts.global.each = read_count(section, "global_links_per_router", kMostEach);
  parts.switches = parts.edges;
  parts.cables = parts.edges * (parts.edges - 1) / 2;
  parts.global.groups = read_groups(section, parts.global.switches * parts.global.each,
                                    parts.ports * parts.edges, ports);
  return parts;
}

std::optional<std::int64_t> room(ConfigReader& section) {
  return read_counts(section, std::nullopt).room();
}

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  return read_dragonfly(section, shape, read_counts(section, shape.ports()), add_group);
}

constexpr std::string_view kReference =
    "Kim, Dally, Scott and Abts, Technology-driven, highly-scalable dragonfly topology, ISCA 2008";

const Registration<Fabric> fabric{{
    .name = "dragonfly",
    .summary = "groups of routers, all to all within a group and all to all between groups",
    .reference = kReference,
    .read = read,
    .room = room,
}};

const Registration<TopologyKind> kind{{
    .name = "dragonfly",
    .summary = "GPUs on groups of routers, all to all within a group and between groups",
    .reference = kReference,
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "dragonfly"); },
}};

}  // namespace
}  // namespace commsim::dragonfly
