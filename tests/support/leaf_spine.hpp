// Two-level networks built by hand, for tests of routing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// `leaves` leaves with `ranks_each` GPUs below and a cable to each of `spines`; all links alike.
/// GPUs come first, then leaves, then spines.
inline Topology leaf_spine(int leaves, int ranks_each, int spines,
                           LinkSpec link = {.bandwidth = 50_GBps, .latency = 1_usec}) {
  TopologyBuilder builder;
  std::vector<DeviceId> gpus;
  std::vector<DeviceId> tops;
  for (int r = 0; r < leaves * ranks_each; ++r) {
    gpus.push_back(builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r)));
  }
  std::vector<DeviceId> below;
  for (int l = 0; l < leaves; ++l) {
    below.push_back(builder.add_device(DeviceKind::kSwitch, "leaf" + std::to_string(l)));
  }
  for (int s = 0; s < spines; ++s) {
    tops.push_back(builder.add_device(DeviceKind::kSwitch, "spine" + std::to_string(s)));
  }
  for (std::size_t r = 0; r < gpus.size(); ++r) {
    builder.add_cable(gpus[r], below[r / static_cast<std::size_t>(ranks_each)], link);
  }
  for (const DeviceId leaf : below) {
    for (const DeviceId spine : tops) builder.add_cable(leaf, spine, link);
  }
  return std::move(builder).seal();
}

/// `pairs` GPUs on each of two switches that `lanes` parallel cables join; GPU i and GPU pairs + i
/// are on different switches.
inline Topology parallel_cables(int pairs, int lanes,
                                LinkSpec link = {.bandwidth = 50_GBps, .latency = 1_usec}) {
  TopologyBuilder builder;
  for (int r = 0; r < 2 * pairs; ++r) {
    builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r));
  }
  const DeviceId left = builder.add_device(DeviceKind::kSwitch, "left");
  const DeviceId right = builder.add_device(DeviceKind::kSwitch, "right");
  for (int r = 0; r < 2 * pairs; ++r) {
    builder.add_cable(static_cast<DeviceId>(r), r < pairs ? left : right, link);
  }
  for (int lane = 0; lane < lanes; ++lane) builder.add_cable(left, right, link);
  return std::move(builder).seal();
}

/// A dragonfly: `groups` groups of `groups` - 1 routers, all joined within the group, one GPU on
/// each, and one global cable between each pair of groups. GPU (and router) g * (groups - 1) + i is
/// number i of group g.
inline Topology small_dragonfly(int groups) {
  TopologyBuilder builder;
  const int routers = groups - 1;
  const auto gpus = static_cast<DeviceId>(groups * routers);
  const auto router = [&](int group, int i) {
    return gpus + static_cast<DeviceId>(group * routers + i);
  };
  const LinkSpec link{.bandwidth = 50_GBps, .latency = 1_usec};
  for (DeviceId r = 0; r < gpus; ++r) {
    builder.add_device(DeviceKind::kGpu, "gpu" + std::to_string(r));
  }
  for (DeviceId r = 0; r < gpus; ++r) {
    builder.add_device(DeviceKind::kSwitch, "router" + std::to_string(r));
  }
  for (DeviceId r = 0; r < gpus; ++r) builder.add_cable(r, gpus + r, link, "local");
  for (int g = 0; g < groups; ++g) {
    for (int i = 0; i < routers; ++i) {
      for (int j = i + 1; j < routers; ++j) {
        builder.add_cable(router(g, i), router(g, j), link, "local");
      }
    }
    for (int h = g + 1; h < groups; ++h) {
      builder.add_cable(router(g, h - 1), router(h, g), link, "global");
    }
  }
  return std::move(builder).seal();
}

}  // namespace commsim
