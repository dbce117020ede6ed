#include "topology/fabrics/bare_fabric.hpp"

#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/fabric_plan.hpp"

namespace commsim {
namespace {

std::int64_t read_bare_ranks(ConfigReader& section, const Fabric& fabric) {
  const auto room = fabric.room == nullptr ? std::nullopt : fabric.room(section);
  if (room && section.raw("ranks") == nullptr) return *room;
  return read_ranks(section);
}

}  // namespace

std::optional<Topology> build_bare_fabric(ConfigReader& section, std::string_view name) {
  const Fabric& fabric = Registry<Fabric>::get(name, "fabric");
  const LinkSpec link = read_link(section, "link");
  const std::int64_t ranks = read_bare_ranks(section, fabric);
  TopologyBuilder builder;
  builder.reserve({.ranks = ranks});  // refuses too many before the shape holds them

  FabricShape shape;
  shape.ports_of_server.assign(static_cast<std::size_t>(ranks), 1);
  shape.cable = link;
  shape.bare = true;
  const auto plan = fabric.read(section, shape);
  if (section.failed() || plan == nullptr) return std::nullopt;

  const TopologySize switches = plan->size();
  builder.reserve({.ranks = ranks, .devices = ranks + switches.devices, .links = switches.links});
  std::vector<FabricPort> ports;
  ports.reserve(static_cast<std::size_t>(ranks));
  for (std::int32_t rank = 0; rank < ranks; ++rank) {
    const DeviceId gpu = builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
    ports.push_back({.device = gpu, .server = rank, .rail = 0, .cable = link});
  }
  const auto pods = plan->build(builder, ports);
  for (std::size_t i = 0; i < pods.size(); ++i) builder.set_pod(ports[i].device, pods[i]);
  return std::move(builder).seal();
}

}  // namespace commsim
