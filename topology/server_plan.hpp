// A server that can be built any number of times: from a preset, from keys, or from a file that a
// real one has written about itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"
#include "core/registry.hpp"
#include "topology/topology.hpp"

namespace commsim {

/// The devices of a server that others speak of.
struct BuiltServer {
  std::vector<DeviceId> gpus;
  std::vector<DeviceId> nics;
};

class ServerPlan {
 public:
  ServerPlan() = default;
  ServerPlan(const ServerPlan&) = delete;
  ServerPlan& operator=(const ServerPlan&) = delete;
  virtual ~ServerPlan() = default;

  [[nodiscard]] virtual int gpus() const = 0;
  [[nodiscard]] virtual int nics() const = 0;
  /// From NIC number `nic` to its network switch.
  [[nodiscard]] virtual LinkSpec cable(int nic) const = 0;
  /// What is known of it beside its links.
  [[nodiscard]] virtual ServerFacts facts() const { return {}; }
  /// Devices and links of one server. A server that is not `networked` has no NICs.
  [[nodiscard]] virtual TopologySize size(bool networked) const = 0;
  /// Adds server number `index`; its devices are named "s<index>.gpu0" and so on. All GPUs are
  /// added before any other device.
  virtual BuiltServer build(TopologyBuilder& builder, std::int32_t index, bool networked) const = 0;
};

/// A way to describe a server in a file of its own; the name is the key under which a server
/// section names that file, such as `nccl_topology`.
struct ServerImport {
  std::string_view name;
  std::string_view summary;
  std::string_view reference;
  /// Reads the key `name`; reports what is wrong to the reader and then returns nothing. A server
  /// that is not `networked` has no use for NICs, so that nothing need be said about them.
  std::unique_ptr<ServerPlan> (*read)(ConfigReader& section, bool networked) = nullptr;
};

}  // namespace commsim
