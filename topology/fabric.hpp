// The network between servers: the switches that join their NICs.
#pragma once

#include <cstdint>
#include <span>

#include "topology/topology.hpp"

namespace commsim {

enum class FabricKind : std::uint8_t {
  kSingleSwitch,   ///< every NIC on one switch
  kRailOptimised,  ///< NIC i of every server on leaf i; spines join the leaves
  kLeafSpine,      ///< all NICs of `servers_per_leaf` servers on one leaf; spines join the leaves
};

/// A leaf has one cable to each spine. Together they carry what its NICs carry, divided by the
/// oversubscription.
struct FabricSpec {
  FabricKind kind = FabricKind::kSingleSwitch;
  std::int64_t servers_per_leaf = 1;
  std::int64_t spines = 1;
  /// In millionths, so that ratios such as 1.1 are exact; 1'000'000 or more.
  std::int64_t oversubscription_millionths = 1'000'000;
  Duration latency{0};  ///< of a cable from leaf to spine
};

/// Leaves for that many servers of `nics` NICs; a lone leaf has no spine above it.
std::int64_t leaf_count(const FabricSpec& fabric, std::int64_t servers, std::int64_t nics);

/// Adds the switches and cables of the fabric. `nics` holds the NICs of all servers, server by
/// server, `per_server` of each; `nic` is the cable from a NIC to its leaf. Bandwidths are rounded
/// down to whole bits per second. Throws RequestError if an uplink would be below one bit per
/// second.
void add_fabric(TopologyBuilder& builder, const FabricSpec& fabric, std::span<const DeviceId> nics,
                std::int64_t per_server, LinkSpec nic);

}  // namespace commsim
