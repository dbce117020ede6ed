// The extension point for networks between servers: one file holds one fabric and registers it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"
#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// A device that the fabric joins to the others: a NIC, or a GPU by itself. `server` counts from 0
/// over the whole cluster, `rail` from 0 within the server; `cable` leads to the fabric.
struct FabricPort {
  DeviceId device = 0;
  std::int32_t server = 0;
  std::int32_t rail = 0;
  LinkSpec cable;
};

/// How many ports there will be, before anything is built.
struct FabricShape {
  std::vector<std::int32_t> ports_of_server;  ///< by server
  LinkSpec cable;                             ///< of the fastest port; defaults are taken from it
  /// The ports are GPUs by themselves, each a server of one, so that keys speak of ranks.
  bool bare = false;
  std::string prefix;  ///< goes before the name of every switch

  [[nodiscard]] std::int64_t servers() const {
    return static_cast<std::int64_t>(ports_of_server.size());
  }
  [[nodiscard]] std::int64_t ports() const;
  /// The most ports that a server has.
  [[nodiscard]] std::int32_t rails() const;
};

/// A fabric with its parameters, ready to be built.
class FabricPlan {
 public:
  FabricPlan() = default;
  FabricPlan(const FabricPlan&) = delete;
  FabricPlan& operator=(const FabricPlan&) = delete;
  virtual ~FabricPlan() = default;

  /// The switches, and the links between them and to the ports; no ranks.
  [[nodiscard]] virtual TopologySize size() const = 0;
  /// Adds them. Returns the pod of each port (see Device::pod), or nothing if there are no pods.
  /// Throws RequestError for what cannot be built, such as a cable without bandwidth.
  virtual std::vector<std::int32_t> build(TopologyBuilder& builder,
                                          std::span<const FabricPort> ports) const = 0;
};

/// A fabric as `topology.fabric` names it.
struct Fabric {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the structure is described
  /// Reads the fabric's own keys from the topology section; reports what is wrong to the reader and
  /// then returns nothing.
  std::unique_ptr<FabricPlan> (*read)(ConfigReader& section, const FabricShape& shape) = nullptr;
  /// How many ports there is room for, if the keys say so whatever the ports are; may be null.
  std::optional<std::int64_t> (*room)(ConfigReader& section) = nullptr;
};

}  // namespace commsim
