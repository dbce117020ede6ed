// A grid of any dimension without wraps. GPUs forward what is not for a neighbour.
#include "topology/config_links.hpp"
#include "topology/kinds/grid_network.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::mesh {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  auto sides = read_sides(section);
  const LinkSpec link = read_link(section, "link");
  if (section.failed() || !sides) return std::nullopt;
  return build_grid({.sides = *std::move(sides), .wraps = false}, link);
}

const Registration<TopologyKind> registration{{
    .name = "mesh",
    .summary = "a grid of ranks of any dimension, each with a duplex cable to its neighbours",
    .reference = "k-ary n-mesh; Dally and Towles, Principles and Practices of Interconnection "
                 "Networks, 2004, chapter 5",
    .build = build,
}};

}  // namespace
}  // namespace commsim::mesh
