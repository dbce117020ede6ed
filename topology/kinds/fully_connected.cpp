// Every pair of ranks has a cable of its own.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::fully_connected {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec link = read_link(section, "link");
  if (section.failed()) return std::nullopt;

  TopologyBuilder builder;
  builder.reserve({.ranks = ranks, .devices = ranks, .links = ranks * (ranks - 1)});
  for (DeviceId rank = 0; rank < ranks; ++rank) {
    builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
  }
  for (DeviceId a = 0; a < ranks; ++a) {
    for (DeviceId b = a + 1; b < ranks; ++b) builder.add_cable(a, b, link);
  }
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "fully_connected",
    .summary = "a direct duplex cable between each pair of ranks",
    .reference = "Complete graph; Dally and Towles, Principles and Practices of Interconnection "
                 "Networks, 2004",
    .build = build,
}};

}  // namespace
}  // namespace commsim::fully_connected
