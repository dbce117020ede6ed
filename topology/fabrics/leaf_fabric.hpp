// Fabrics of leaves, each with a cable to each of the spines above them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "topology/fabric_plan.hpp"
#include "topology/fabrics/fabric_keys.hpp"

namespace commsim {

/// What stands above the leaves; without spines a leaf is not joined to any other.
struct Spines {
  std::int64_t count = 0;
  Oversubscription oversubscription;
  Duration latency{0};
};

/// The keys `spines` (default 1: the core as a single ideal switch; more of them let hashed flows
/// collide), `oversubscription` and `fabric_latency`.
Spines read_spines(ConfigReader& section, const FabricShape& shape);

/// The leaves are added first, then the cables of the ports, then spine after spine. A lone leaf
/// has no spine above it.
class LeafFabric : public FabricPlan {
 public:
  LeafFabric(const FabricShape& shape, std::int64_t leaves, Spines spines);

  [[nodiscard]] TopologySize size() const final;
  std::vector<std::int32_t> build(TopologyBuilder& builder,
                                  std::span<const FabricPort> ports) const final;

 private:
  [[nodiscard]] virtual std::size_t leaf_of(const FabricPort& port) const = 0;
  /// Whether a leaf is a pod.
  [[nodiscard]] virtual bool has_pods() const { return false; }

  std::string prefix_;
  std::int64_t ports_;
  std::int64_t leaves_;
  Spines spines_;
};

}  // namespace commsim
