// Groups of routers. Within a group every two routers have a cable, and every two groups have one
// or more, so that a message takes one global link at most.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/fabric_keys.hpp"
#include "topology/fabrics/groups.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::dragonfly {
namespace {

constexpr std::int64_t kMostEach = 4096;

struct Parameters {
  std::int64_t ports = 1;  ///< of a router, for NICs
  GlobalPorts global;      ///< its switches are the routers of a group
  LinkSpec local_link;
  LinkSpec global_link;

  [[nodiscard]] std::int64_t room() const { return ports * global.switches * global.groups; }
};

class Dragonfly final : public FabricPlan {
 public:
  Dragonfly(const FabricShape& shape, const Parameters& parameters)
      : prefix_(shape.prefix), ports_(shape.ports()), of_(parameters) {}

  [[nodiscard]] TopologySize size() const override {
    const auto& [routers, each, groups] = of_.global;
    return {.devices = routers * groups,
            .links = 2 * (ports_ + groups * (routers * (routers - 1) / 2) + of_.global.cables())};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    const std::int64_t of_group = of_.global.switches;
    std::vector<DeviceId> routers;
    for (std::int64_t group = 0; group < of_.global.groups; ++group) {
      for (std::int64_t r = 0; r < of_group; ++r) {
        routers.push_back(builder.add_device(DeviceKind::kSwitch,
                                             fmt::format("{}group{}.router{}", prefix_, group, r)));
        for (std::int64_t before = 0; before < r; ++before) {
          const auto other = static_cast<std::size_t>(group * of_group + before);
          builder.add_cable(routers[other], routers.back(), of_.local_link, "local");
        }
      }
    }
    join_groups(builder, of_.global, routers, of_.global_link);
    std::vector<std::int32_t> pods;
    for (std::int64_t i = 0; i < std::ssize(ports); ++i) {
      const FabricPort& port = ports[static_cast<std::size_t>(i)];
      const std::int64_t router = i / of_.ports;
      builder.add_cable(port.device, routers[static_cast<std::size_t>(router)], port.cable,
                        "network");
      pods.push_back(static_cast<std::int32_t>(router / of_group));
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
  of.ports = read_count(section, "ports_per_router", kMostEach);
  of.global.switches = read_count(section, "routers_per_group", kMostEach);
  of.global.each = read_count(section, "global_links_per_router", kMostEach);
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
  return std::make_unique<Dragonfly>(shape, of);
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
