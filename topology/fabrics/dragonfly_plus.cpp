// Groups of leaves and spines. Within a group every leaf has a cable to every spine; ports stand on
// leaves, and the spines hold the links between groups.
#include <fmt/format.h>

#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/dragonfly_plan.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::dragonfly_plus {
namespace {

constexpr std::int64_t kMostEach = 4096;

void add_group(TopologyBuilder& builder, const std::string& name, const DragonflyParts& parts,
               DragonflySwitches& switches) {
  const std::size_t first = switches.edge.size();
  for (std::int64_t i = 0; i < parts.edges; ++i) {
    switches.edge.push_back(
        builder.add_device(DeviceKind::kSwitch, fmt::format("{}leaf{}", name, i)));
  }
  for (std::int64_t i = 0; i < parts.global.switches; ++i) {
    switches.global.push_back(
        builder.add_device(DeviceKind::kSwitch, fmt::format("{}spine{}", name, i)));
    for (std::size_t leaf = first; leaf < switches.edge.size(); ++leaf) {
      builder.add_cable(switches.edge[leaf], switches.global.back(), parts.local_link, "local");
    }
  }
}

DragonflyParts read_counts(ConfigReader& section, std::optional<std::int64_t> ports) {
  DragonflyParts parts;
  parts.ports = read_count(section, "ports_per_leaf", kMostEach);
  parts.edges = read_count(section, "leaves_per_group", kMostEach);
  parts.global.switches = read_count(section, "spines_per_group", kMostEach);
  parts.global.each = read_count(section, "global_links_per_spine", kMostEach);
  parts.switches = parts.edges + parts.global.switches;
  parts.cables = parts.edges * parts.global.switches;
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
    "Shpiner, Haramaty, Eliad, Zdornov, Gafni and Zahavi, Dragonfly+: low cost topology for "
    "scaling "
    "datacenters, HiPINEB 2017";

const Registration<Fabric> fabric{{
    .name = "dragonfly_plus",
    .summary = "groups of leaves and spines; the spines of all groups are joined to one another",
    .reference = kReference,
    .read = read,
    .room = room,
}};

const Registration<TopologyKind> kind{{
    .name = "dragonfly_plus",
    .summary = "GPUs on groups of leaves and spines; the spines join the groups",
    .reference = kReference,
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "dragonfly_plus"); },
}};

}  // namespace
}  // namespace commsim::dragonfly_plus
