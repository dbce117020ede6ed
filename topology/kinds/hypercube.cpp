// Ranks whose numbers differ in one bit are neighbours. GPUs forward what is not for a neighbour.
#include "topology/config_links.hpp"
#include "topology/kinds/grid_network.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::hypercube {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  constexpr std::int64_t kMostDimensions = 20;  // 2^20 ranks
  constexpr std::string_view kKey = "dimensions";
  const auto dimensions = section.required(
      kKey, section.whole(kKey, {.least = 1, .most = kMostDimensions}), std::int64_t{1});
  const LinkSpec link = read_link(section, "link");
  if (section.failed()) return std::nullopt;
  // A row of two is closed by its only cable.
  return build_grid(
      {.sides = std::vector<std::int32_t>(static_cast<std::size_t>(dimensions), 2), .wraps = true},
      link);
}

const Registration<TopologyKind> registration{{
    .name = "hypercube",
    .summary = "2^dimensions ranks; a duplex cable joins those whose numbers differ in one bit",
    .reference = "binary n-cube; Seitz, The cosmic cube, Communications of the ACM 28(1), 1985",
    .build = build,
}};

}  // namespace
}  // namespace commsim::hypercube
