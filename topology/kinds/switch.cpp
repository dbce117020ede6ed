// One non-blocking switch with a port for each rank, and for each host if there are any.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::switch_kind {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  constexpr std::int64_t kMostHosts = 65536;
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec link = read_link(section, "link");
  const std::int64_t hosts = section.whole("hosts", {.least = 0, .most = kMostHosts}).value_or(0);
  const LinkSpec host_link = hosts > 0 ? read_link(section, "host_link", link) : link;
  if (section.failed()) return std::nullopt;

  TopologyBuilder builder;
  builder.reserve({.ranks = ranks, .devices = ranks + 1 + hosts, .links = 2 * (ranks + hosts)});
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
  }
  const DeviceId centre = builder.add_device(DeviceKind::kSwitch, "sw0");
  for (DeviceId rank = 0; rank < ranks; ++rank) builder.add_cable(rank, centre, link);
  for (std::int64_t h = 0; h < hosts; ++h) {
    const DeviceId host = builder.add_device(DeviceKind::kHost, fmt::format("host{}", h));
    builder.add_cable(host, centre, host_link);
  }
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "switch",
    .summary = "one non-blocking switch with a duplex cable to each rank, and to each host",
    .reference = "Output-queued crossbar; Dally and Towles, Principles and Practices of "
                 "Interconnection Networks, 2004, chapter 6",
    .build = build,
}};

}  // namespace
}  // namespace commsim::switch_kind
