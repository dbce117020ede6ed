// A row of ranks. GPUs forward what is not for a neighbour.
#include "topology/config_links.hpp"
#include "topology/kinds/grid_network.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::line {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const std::int64_t ranks = read_ranks(section);
  const LinkSpec link = read_link(section, "link");
  if (section.failed()) return std::nullopt;
  return build_grid({.sides = {static_cast<std::int32_t>(ranks)}, .wraps = false}, link);
}

const Registration<TopologyKind> registration{{
    .name = "line",
    .summary = "a duplex cable from each rank to the next, and none from the last to the first",
    .reference = "1-dimensional mesh; Dally and Towles, Principles and Practices of "
                 "Interconnection Networks, 2004, chapter 5",
    .build = build,
}};

}  // namespace
}  // namespace commsim::line
