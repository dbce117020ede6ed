// A cycle of ranks. GPUs forward what is not for a neighbour.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/topology_kind.hpp"

namespace commsim {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec link = read_link(section, "link");
  if (section.failed()) return std::nullopt;

  // Two ranks are neighbours once, not twice; a lone rank has no neighbour.
  const std::int64_t cables = ranks > 2 ? ranks : ranks - 1;
  TopologyBuilder builder;
  builder.reserve({.ranks = ranks, .devices = ranks, .links = 2 * cables});
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    builder.add_device(DeviceKind::kGpu, fmt::format("gpu{}", rank));
  }
  for (std::int64_t a = 0; a < cables; ++a) {
    builder.add_cable(static_cast<DeviceId>(a), static_cast<DeviceId>((a + 1) % ranks), link);
  }
  return std::move(builder).seal();
}

const Registration<TopologyKind> registration{{
    .name = "ring",
    .summary = "a duplex cable from each rank to the next, and from the last to the first",
    .reference = "1-dimensional torus; Dally and Towles, Principles and Practices of "
                 "Interconnection Networks, 2004, chapter 5",
    .build = build,
}};

}  // namespace
}  // namespace commsim
