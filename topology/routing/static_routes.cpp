#include "topology/routing/static_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace commsim {

std::vector<LinkId> links_between(const Topology& topology, DeviceId from, DeviceId to) {
  std::vector<LinkId> links;
  std::ranges::copy_if(topology.out_links(from), std::back_inserter(links),
                       [&](LinkId id) { return topology.link(id).to == to; });
  return links;
}

void StaticRoutes::add(const Topology& topology, std::vector<DeviceId> devices) {
  const auto name = [&](DeviceId id) { return topology.device(id).name; };
  if (devices.size() < 2) throw RequestError("a route has two ends");
  auto sorted = devices;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    throw RequestError(fmt::format("the route passes '{}' twice", name(*twice)));
  }
  for (std::size_t i = 1; i < devices.size(); ++i) {
    if (!links_between(topology, devices[i - 1], devices[i]).empty()) continue;
    throw RequestError(
        fmt::format("no link leads from '{}' to '{}'", name(devices[i - 1]), name(devices[i])));
  }
  const std::pair ends(devices.front(), devices.back());
  if (!routes_.emplace(ends, std::move(devices)).second) {
    throw RequestError(fmt::format("the route from '{}' to '{}' is listed twice", name(ends.first),
                                   name(ends.second)));
  }
}

std::span<const DeviceId> StaticRoutes::find(DeviceId from, DeviceId to) const {
  const auto place = routes_.find({from, to});
  if (place == routes_.end()) return {};
  return place->second;
}

}  // namespace commsim
