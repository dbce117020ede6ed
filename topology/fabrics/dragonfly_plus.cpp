// Groups of leaves and spines. Within a group every leaf has a cable to every spine; ports stand on
// leaves, and the spines hold the links between groups.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/fabrics/groups.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::dragonfly_plus {
namespace {

constexpr std::int64_t kMostEach = 4096;

struct Parameters {
  std::int64_t ports = 1;   ///< of a leaf, for NICs
  std::int64_t leaves = 1;  ///< of a group
  GlobalPorts global;       ///< its switches are the spines of a group
  LinkSpec local_link;
  LinkSpec global_link;

  [[nodiscard]] std::int64_t room() const { return ports * leaves * global.groups; }
};

class DragonflyPlus final : public FabricPlan {
 public:
  DragonflyPlus(const FabricShape& shape, const Parameters& parameters)
      : prefix_(shape.prefix), ports_(shape.ports()), of_(parameters) {}

  [[nodiscard]] TopologySize size() const override {
    const auto& [spines, each, groups] = of_.global;
    return {.devices = groups * (of_.leaves + spines),
            .links = 2 * (ports_ + groups * of_.leaves * spines + of_.global.cables())};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    std::vector<DeviceId> leaves;
    std::vector<DeviceId> spines;
    for (std::int64_t group = 0; group < of_.global.groups; ++group) {
      const std::string name = fmt::format("{}group{}.", prefix_, group);
      const std::size_t first = leaves.size();
      for (std::int64_t i = 0; i < of_.leaves; ++i) {
        leaves.push_back(builder.add_device(DeviceKind::kSwitch, fmt::format("{}leaf{}", name, i)));
      }
      for (std::int64_t i = 0; i < of_.global.switches; ++i) {
        spines.push_back(
            builder.add_device(DeviceKind::kSwitch, fmt::format("{}spine{}", name, i)));
        for (std::size_t leaf = first; leaf < leaves.size(); ++leaf) {
          builder.add_cable(leaves[leaf], spines.back(), of_.local_link, "local");
        }
      }
    }
    join_groups(builder, of_.global, spines, of_.global_link);
    std::vector<std::int32_t> pods;
    for (std::int64_t i = 0; i < std::ssize(ports); ++i) {
      const FabricPort& port = ports[static_cast<std::size_t>(i)];
      const std::int64_t leaf = i / of_.ports;
      builder.add_cable(port.device, leaves[static_cast<std::size_t>(leaf)], port.cable, "network");
      pods.push_back(static_cast<std::int32_t>(leaf / of_.leaves));
    }
    return pods;
  }

 private:
  std::string prefix_;
  std::int64_t ports_;
  Parameters of_;
};

Parameters read_counts(ConfigReader& section) {
  Parameters of;
  of.ports = read_count(section, "ports_per_leaf", kMostEach);
  of.leaves = read_count(section, "leaves_per_group", kMostEach);
  of.global.switches = read_count(section, "spines_per_group", kMostEach);
  of.global.each = read_count(section, "global_links_per_spine", kMostEach);
  of.global.groups = read_groups(section, of.global.switches * of.global.each);
  return of;
}

std::optional<std::int64_t> room(ConfigReader& section) { return read_counts(section).room(); }

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  Parameters of = read_counts(section);
  of.local_link = read_link(section, "local_link", shape.cable);
  of.global_link = read_link(section, "global_link", shape.cable);
  if (!section.failed()) refuse_too_many_ports(section, shape, of.room());
  if (section.failed()) return nullptr;
  return std::make_unique<DragonflyPlus>(shape, of);
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
