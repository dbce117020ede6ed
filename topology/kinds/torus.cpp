// A grid of any dimension whose rows are closed. GPUs forward what is not for a neighbour.
#include <fmt/format.h>

#include "topology/config_links.hpp"
#include "topology/kinds/grid_network.hpp"
#include "topology/topology_kind.hpp"
#include "topology/torus_preset.hpp"

namespace commsim::torus {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  auto sides = read_sides(section);
  const auto* preset = section.named<TorusPreset>("preset", "torus preset");
  std::optional<LinkSpec> otherwise;
  if (preset != nullptr) otherwise = preset->link;
  // If the name of a preset is wrong, nobody knows whether the link may be absent.
  if (preset == nullptr && section.raw("preset") != nullptr) otherwise = LinkSpec{};
  const LinkSpec link = read_link(section, "link", otherwise);
  if (preset != nullptr && sides && std::ssize(*sides) != preset->dimensions) {
    section.error("sides", fmt::format("{} sides do not fit the preset; legal: {}", sides->size(),
                                       preset->dimensions));
  }
  if (section.failed() || !sides) return std::nullopt;
  return build_grid({.sides = *std::move(sides), .wraps = true}, link);
}

const Registration<TopologyKind> registration{{
    .name = "torus",
    .summary = "a grid of ranks of any dimension with closed rows, each with a duplex cable to its "
               "neighbours",
    .reference = "k-ary n-cube; Dally and Towles, Principles and Practices of Interconnection "
                 "Networks, 2004, chapter 5",
    .build = build,
}};

}  // namespace
}  // namespace commsim::torus
