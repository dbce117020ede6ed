// One non-blocking switch with a port for each rank.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/topology_kind.hpp"

namespace commsim {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec link = read_link(section, "link");
  if (section.failed()) return std::nullopt;

  TopologyBuilder builder;
  builder.reserve({.ranks = ranks, .devices = ranks + 1, .links = 2 * ranks});
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
  }
  const DeviceId centre = builder.add_device(DeviceKind::kSwitch, "sw0");
  for (DeviceId rank = 0; rank < ranks; ++rank) builder.add_cable(rank, centre, link);
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "switch",
    .summary = "one non-blocking switch with a duplex cable to each rank",
    .reference = "Output-queued crossbar; Dally and Towles, Principles and Practices of "
                 "Interconnection Networks, 2004, chapter 6",
    .build = build,
}};

}  // namespace
}  // namespace commsim
