#include "topology/fabrics/dragonfly_plan.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/index.hpp"
#include "topology/config_links.hpp"
#include "topology/fabrics/fabric_keys.hpp"

namespace commsim {
namespace {

class DragonflyPlan final : public FabricPlan {
 public:
  DragonflyPlan(const FabricShape& shape, const DragonflyParts& parts, AddDragonflyGroup add_group)
      : prefix_(shape.prefix), ports_(shape.ports()), parts_(parts), add_group_(add_group) {}

  [[nodiscard]] TopologySize size() const override {
    const std::int64_t groups = parts_.global.groups;
    return {.devices = groups * parts_.switches,
            .links = 2 * (ports_ + groups * parts_.cables + parts_.global.cables())};
  }

  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const override {
    DragonflySwitches switches;
    for (std::int64_t group = 0; group < parts_.global.groups; ++group) {
      add_group_(builder, fmt::format("{}group{}.", prefix_, group), parts_, switches);
    }
    join_groups(builder, parts_.global, switches.global, parts_.global_link);
    std::vector<std::int32_t> pods;
    pods.reserve(ports.size());
    for (std::int64_t i = 0; i < std::ssize(ports); ++i) {
      const FabricPort& port = ports[index(i)];
      const std::int64_t edge = i / parts_.ports;
      builder.add_cable(port.device, switches.edge[index(edge)], port.cable, "network");
      pods.push_back(static_cast<std::int32_t>(edge / parts_.edges));
    }
    return pods;
  }

 private:
  std::string prefix_;
  std::int64_t ports_;
  DragonflyParts parts_;
  AddDragonflyGroup add_group_;
};

}  // namespace

std::unique_ptr<FabricPlan> read_dragonfly(ConfigReader& section, const FabricShape& shape,
                                           DragonflyParts parts, AddDragonflyGroup add_group) {
  parts.local_link = read_link(section, "local_link", shape.cable);
  parts.global_link = read_link(section, "global_link", shape.cable);
  if (!section.failed()) refuse_too_many_ports(section, shape, parts.room());
  if (section.failed()) return nullptr;
  return std::make_unique<DragonflyPlan>(shape, parts, add_group);
}

}  // namespace commsim
