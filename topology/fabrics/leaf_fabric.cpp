#include "topology/fabrics/leaf_fabric.hpp"

#include <fmt/format.h>

#include "topology/fabrics/tier.hpp"

namespace commsim {

Spines read_spines(ConfigReader& section, const FabricShape& shape) {
  constexpr std::int64_t kMostSpines = 65536;
  Spines spines;
  spines.count = read_count(section, "spines", kMostSpines, 1);
  spines.oversubscription = read_oversubscription(section);
  spines.latency = read_fabric_latency(section, shape);
  return spines;
}

LeafFabric::LeafFabric(const FabricShape& shape, std::int64_t leaves, Spines spines)
    : prefix_(shape.prefix), ports_(shape.ports()), leaves_(leaves), spines_(spines) {
  if (leaves == 1) spines_.count = 0;
}

TopologySize LeafFabric::size() const {
  return {.devices = leaves_ + spines_.count, .links = 2 * (ports_ + leaves_ * spines_.count)};
}

std::vector<std::int32_t> LeafFabric::build(TopologyBuilder& builder,
                                            std::span<const FabricPort> ports) const {
  Tier leaves;
  for (std::int64_t i = 0; i < leaves_; ++i) {
    leaves.add_switch(builder, fmt::format("{}leaf{}", prefix_, i));
  }
  std::vector<std::int32_t> pods;
  for (const FabricPort& port : ports) {
    const std::size_t leaf = leaf_of(port);
    leaves.plug_in(builder, leaf, port);
    if (has_pods()) pods.push_back(static_cast<std::int32_t>(leaf));
  }
  Tier spines;
  const Tier::Uplinks uplinks{.cables = spines_.count,
                              .oversubscription = spines_.oversubscription,
                              .latency = spines_.latency,
                              .medium = "spine",
                              .keys = "'spines' or 'oversubscription'"};
  for (std::int64_t s = 0; s < spines_.count; ++s) {
    spines.add_switch(builder, fmt::format("{}spine{}", prefix_, s));
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      leaves.join(builder, leaf, spines, static_cast<std::size_t>(s), uplinks);
    }
  }
  return pods;
}

}  // namespace commsim
