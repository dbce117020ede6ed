// All NICs of a few neighbouring servers on one leaf; spines join the leaves.
#include "topology/fabrics/bare_fabric.hpp"
#include "topology/fabrics/leaf_fabric.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::leaf_spine {
namespace {

class LeafSpine final : public LeafFabric {
 public:
  LeafSpine(const FabricShape& shape, std::int64_t servers_per_leaf, Spines spines)
      : LeafFabric(shape, (shape.servers() + servers_per_leaf - 1) / servers_per_leaf, spines),
        servers_per_leaf_(servers_per_leaf) {}

 private:
  [[nodiscard]] std::size_t leaf_of(const FabricPort& port) const override {
    return static_cast<std::size_t>(port.server / servers_per_leaf_);
  }
  [[nodiscard]] bool has_pods() const override { return true; }

  std::int64_t servers_per_leaf_;
};

std::unique_ptr<FabricPlan> read(ConfigReader& section, const FabricShape& shape) {
  const std::int64_t servers_per_leaf = read_servers_per_leaf(section, shape);
  const Spines spines = read_spines(section, shape);
  if (section.failed()) return nullptr;
  return std::make_unique<LeafSpine>(shape, servers_per_leaf, spines);
}

const Registration<Fabric> fabric{{
    .name = "leaf_spine",
    .summary = "all NICs of a few servers on one leaf; spines join the leaves",
    .reference = "Leiserson, Fat-Trees, IEEE Transactions on Computers 34(10), 1985 "
                 "(oversubscription)",
    .read = read,
}};

const Registration<TopologyKind> kind{{
    .name = "leaf_spine",
    .summary = "GPUs on leaves that spines join",
    .reference = "Leiserson, Fat-Trees, IEEE Transactions on Computers 34(10), 1985 "
                 "(oversubscription)",
    .build = [](ConfigReader& section) { return build_bare_fabric(section, "leaf_spine"); },
}};

}  // namespace
}  // namespace commsim::leaf_spine
