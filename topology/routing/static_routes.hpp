// A table of routes that somebody has written down.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "topology/topology.hpp"

namespace commsim {

/// At most one route for each ordered pair of devices.
class StaticRoutes {
 public:
  /// Adds a route by the devices on it, ends included. Throws RequestError when it is shorter than
  /// two devices, passes one twice or needs a link that is not there, and when its pair has a
  /// route.
  void add(const Topology& topology, std::vector<DeviceId> devices);

  /// The devices of the route, ends included; empty if the pair has none.
  [[nodiscard]] std::span<const DeviceId> find(DeviceId from, DeviceId to) const;

 private:
  std::map<std::pair<DeviceId, DeviceId>, std::vector<DeviceId>> routes_;
};

/// The parallel links from one device to another.
std::vector<LinkId> links_between(const Topology& topology, DeviceId from, DeviceId to);

}  // namespace commsim
