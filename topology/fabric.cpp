#include "topology/fabric.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/error.hpp"

namespace commsim {
namespace {

// Rounded down, because a fabric may never carry more than was bought.
Bandwidth uplink_bandwidth(const FabricSpec& fabric, Bandwidth nic, std::int64_t downlinks) {
  constexpr std::int64_t kMillion = 1'000'000;
  const Int128 down = Int128{nic.bits_per_second()} * downlinks;
  const Int128 up = down * kMillion / fabric.oversubscription_millionths / fabric.spines;
  if (up < 1 || up > Int128{INT64_MAX}) {
    throw RequestError(
        fmt::format("the cable from a leaf to a spine would have {} bandwidth; change 'spines' or "
                    "'oversubscription'",
                    up < 1 ? "no" : "too much"));
  }
  return Bandwidth::bits_per_second(static_cast<std::int64_t>(up));
}

}  // namespace

std::int64_t leaf_count(const FabricSpec& fabric, std::int64_t servers, std::int64_t nics) {
  switch (fabric.kind) {
    case FabricKind::kSingleSwitch:
      return 1;
    case FabricKind::kRailOptimised:
      return nics;
    case FabricKind::kLeafSpine:
      return (servers + fabric.servers_per_leaf - 1) / fabric.servers_per_leaf;
  }
  return 1;
}

void add_fabric(TopologyBuilder& builder, const FabricSpec& fabric, std::span<const DeviceId> nics,
                std::int64_t per_server, LinkSpec nic) {
  const auto all = static_cast<std::int64_t>(nics.size());
  std::vector<DeviceId> leaves;
  const std::int64_t leaf_number = leaf_count(fabric, all / per_server, per_server);
  for (std::int64_t i = 0; i < leaf_number; ++i) {
    leaves.push_back(builder.add_device(DeviceKind::kSwitch, fmt::format("leaf{}", i)));
  }
  std::vector<std::int64_t> downlinks(leaves.size());
  for (std::int64_t i = 0; i < all; ++i) {
    std::size_t leaf = 0;
    if (fabric.kind == FabricKind::kRailOptimised) {
      leaf = static_cast<std::size_t>(i % per_server);
    } else if (fabric.kind == FabricKind::kLeafSpine) {
      leaf = static_cast<std::size_t>(i / per_server / fabric.servers_per_leaf);
    }
    builder.add_cable(nics[static_cast<std::size_t>(i)], leaves[leaf], nic, "network");
    ++downlinks[leaf];
  }
  if (leaves.size() == 1) return;
  for (std::int64_t s = 0; s < fabric.spines; ++s) {
    const DeviceId spine = builder.add_device(DeviceKind::kSwitch, fmt::format("spine{}", s));
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      const Bandwidth up = uplink_bandwidth(fabric, nic.bandwidth, downlinks[leaf]);
      builder.add_cable(leaves[leaf], spine, {.bandwidth = up, .latency = fabric.latency}, "spine");
    }
  }
}

}  // namespace commsim
