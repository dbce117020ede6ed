#include "sim/workload/step/group_price.hpp"

#include <utility>

namespace commsim {
namespace group_price_of_links {
namespace {

bool is_within_server(const Topology& topology, const Link& link) {
  const std::int32_t server = topology.device(link.from).server;
  return server >= 0 && topology.device(link.to).server == server;
}

}  // namespace
}  // namespace group_price_of_links

GroupPrice group_price(const Topology& topology, const SimulationOutcome& outcome,
                       std::string algorithm) {
  GroupPrice price{.time = outcome.time, .algorithm = std::move(algorithm)};
  for (const std::string& medium : topology.media()) price.media.push_back({.medium = medium});
  Duration busiest{0};
  for (LinkId id = 0; id < outcome.links.bytes.size(); ++id) {
    const Bytes bytes = outcome.links.bytes[id];
    if (bytes == Bytes{0}) continue;
    const Link& link = topology.link(id);
    price.media[link.medium].bytes += bytes;
    price.media[link.medium].links += 1;
    if (!group_price_of_links::is_within_server(topology, link)) price.within_servers = false;
    const Duration busy = bytes / link.bandwidth;
    if (busy <= busiest) continue;
    busiest = busy;
    price.bottleneck = topology.link_name(id);
  }
  return price;
}

}  // namespace commsim
