// Every port on one switch: a network that never stands in the way.
#include "topology/fabrics/leaf_fabric.hpp"

namespace commsim::single_switch {
namespace {

class SingleSwitch final : public LeafFabric {
 public:
  explicit SingleSwitch(const FabricShape& shape) : LeafFabric(shape, 1, {}) {}

 private:
  [[nodiscard]] std::size_t leaf_of(const FabricPort& /*port*/) const override { return 0; }
};

std::unique_ptr<FabricPlan> read(ConfigReader& /*section*/, const FabricShape& shape) {
  return std::make_unique<SingleSwitch>(shape);
}

const Registration<Fabric> registration{{
    .name = "single_switch",
    .summary = "every NIC on one non-blocking switch",
    .reference = "Output-queued crossbar; Dally and Towles, Principles and Practices of "
                 "Interconnection Networks, 2004, chapter 6",
    .read = read,
}};

}  // namespace
}  // namespace commsim::single_switch
