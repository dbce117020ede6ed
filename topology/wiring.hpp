// The extension point for what stands inside a server: one file in topology/wirings holds one
// wiring and registers it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/registry.hpp"
#include "topology/server_plan.hpp"
#include "topology/servers/server_keys.hpp"

namespace commsim {

/// Some devices and cables of a server, such as an NVSwitch or a tree of PCIe switches.
class ServerPart {
 public:
  ServerPart() = default;
  ServerPart(const ServerPart&) = delete;
  ServerPart& operator=(const ServerPart&) = delete;
  virtual ~ServerPart() = default;

  /// Devices and links of one server, its GPUs not among them; no ranks.
  [[nodiscard]] virtual TopologySize size(bool networked) const = 0;
  /// Adds them to server number `index`, whose GPUs stand in `server`. The part that joins the NICs
  /// adds them to `server`, if the server is `networked`.
  virtual void add(TopologyBuilder& builder, std::int32_t index, bool networked,
                   BuiltServer& server) const = 0;
};

/// What joins the GPUs, NICs and CPUs of a server, as the key `intra` names it.
struct Wiring {
  std::string_view name;
  std::string_view summary;    ///< one sentence
  std::string_view reference;  ///< where the structure is described
  /// Reads the wiring's own keys and returns its parts in the order in which they are built; wrong
  /// ones are reported and stand-ins read in their place. May return fewer after an error.
  std::vector<std::unique_ptr<ServerPart>> (*read)(ServerKeys& keys) = nullptr;
};

}  // namespace commsim
