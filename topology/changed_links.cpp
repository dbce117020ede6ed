#include "topology/changed_links.hpp"

#include <algorithm>
#include <utility>

namespace commsim {

Topology with_changed_links(const Topology& topology,
                            const std::function<void(LinkSpec&, std::string_view)>& change) {
  TopologyBuilder builder;
  std::int32_t servers = 0;
  for (const Device& device : topology.devices()) {
    const DeviceId id = builder.add_device(device.kind, device.name, device.server);
    servers = std::max(servers, device.server + 1);
    builder.set_pod(id, device.pod);
    builder.set_reduces(id, device.reduces);
  }
  for (const Link& link : topology.links()) {
    LinkSpec spec{.bandwidth = link.bandwidth, .latency = link.latency};
    const std::string& medium = topology.media()[link.medium];
    change(spec, medium);
    builder.add_link(link.from, link.to, spec, medium);
  }
  for (std::int32_t server = 0; server < servers; ++server) {
    builder.set_facts(server, topology.facts(server));
  }
  builder.set_grid(topology.grid());
  Topology changed = std::move(builder).seal();
  changed.place({topology.ranks().begin(), topology.ranks().end()});
  return changed;
}

}  // namespace commsim
