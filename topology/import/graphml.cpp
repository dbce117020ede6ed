// Any graph, from a file that graph libraries and drawing programs exchange.
#include "topology/import/graphml_reader.hpp"
#include "topology/topology_kind.hpp"

namespace commsim::graphml {
namespace {

std::optional<Topology> build(ConfigReader& section) {
  const auto file = section.file("file");
  if (!file) {
    section.missing("file");
    return std::nullopt;
  }
  return section.checked("file", [&] { return read_graphml_topology(*file); });
}

const Registration<TopologyKind> registration{{
    .name = "graphml",
    .summary = "any graph from a GraphML file, with attributes for devices and links",
    .reference = "Brandes, Eiglsperger, Herman, Himsolt and Marshall, GraphML progress report, "
                 "Graph Drawing 2001; read by the Boost Graph Library",
    .build = build,
}};

}  // namespace
}  // namespace commsim::graphml
