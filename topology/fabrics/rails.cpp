// NIC i of every server on leaf i: GPUs of the same number meet in one switch. Rail-optimised,
// spines join the leaves. Rail-only, nothing does: what changes rails goes through the GPUs of a
// server, which forward only where no other route is left.
#include "topology/fabrics/leaf_fabric.hpp"

namespace commsim::rails {
namespace {

class Rails final : public LeafFabric {
 public:
  Rails(const FabricShape& shape, Spines spines) : LeafFabric(shape, shape.rails(), spines) {}

 private:
  [[nodiscard]] std::size_t leaf_of(const FabricPort& port) const override {
    return static_cast<std::size_t>(port.rail);
  }
};

std::unique_ptr<FabricPlan> read_optimised(ConfigReader& section, const FabricShape& shape) {
  const Spines spines = read_spines(section, shape);
  if (section.failed()) return nullptr;
  return std::make_unique<Rails>(shape, spines);
}

std::unique_ptr<FabricPlan> read_only(ConfigReader& /*section*/, const FabricShape& shape) {
  return std::make_unique<Rails>(shape, Spines{});
}

const Registration<Fabric> optimised{{
    .name = "rail_optimised",
    .summary = "NIC i of every server on leaf i; spines join the leaves",
    .reference = "NVIDIA DGX SuperPOD reference architectures (compute fabric)",
    .read = read_optimised,
}};

const Registration<Fabric> rail_only{{
    .name = "rail_only",
    .summary = "NIC i of every server on leaf i, and nothing joins the leaves; what changes rails "
               "goes through a server",
    .reference = "Wang, Ghobadi, Shakeri, Zhang and Hasani, Rail-only: a low-cost high-performance "
                 "network for training LLMs with trillion parameters, HOTI 2024",
    .read = read_only,
}};

}  // namespace
}  // namespace commsim::rails
